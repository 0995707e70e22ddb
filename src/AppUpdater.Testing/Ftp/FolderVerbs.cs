namespace AppUpdater.Testing.Ftp;

/// <summary>Where the session is, and what is told of files over the control connection.</summary>
internal sealed class FolderVerbs(FtpSession session)
{
    // vsftpd's STAT is ls -la.
    private static readonly string[] SelfAndParent = [".", ".."];

    private readonly FolderReader _reader = new(session.Server);
    private readonly ListingFormatter _format = new(session.Server.Options);

    internal void AddTo(Dictionary<string, Func<string, CancellationToken, Task>> verbs)
    {
        verbs["PWD"] = verbs["XPWD"] = (_, ct) =>
            session.ReplyAsync($"257 \"{session.Current.Replace("\"", "\"\"", StringComparison.Ordinal)}\" is the current directory", ct);
        verbs["CWD"] = CwdAsync;
        verbs["CDUP"] = (_, ct) => session.Current == "/" ? session.ReplyAsync("250 Directory unchanged.", ct) : CwdAsync("..", ct);
        verbs["TYPE"] = TypeAsync;
        verbs["MODE"] = (argument, ct) => SettledAsync(argument, "S", ct);
        verbs["STRU"] = (argument, ct) => SettledAsync(argument, "F", ct);
        verbs["SIZE"] = SizeAsync;
        verbs["MDTM"] = MdtmAsync;
        verbs["STAT"] = StatAsync;
        if (!session.Server.Options.ListOnly)
            verbs["MLST"] = MlstAsync;
    }

    private Task CwdAsync(string argument, CancellationToken ct)
    {
        var path = session.Resolve(argument);
        if (path is null || !Directory.Exists(session.Server.Folder.Local(path)))
            return session.ReplyAsync("550 Failed to change directory.", ct);
        session.Current = path;
        return session.ReplyAsync("250 Directory successfully changed.", ct);
    }

    private Task TypeAsync(string argument, CancellationToken ct)
    {
        var type = argument.ToUpperInvariant();
        if (type is not ("I" or "L 8" or "A" or "A N"))
            return session.ReplyAsync("504 Type not supported.", ct);
        session.Binary = type is "I" or "L 8";
        return session.ReplyAsync(session.Binary ? "200 Switching to Binary mode." : "200 Switching to ASCII mode.", ct);
    }

    private Task SettledAsync(string argument, string only, CancellationToken ct) =>
        session.ReplyAsync(string.Equals(argument, only, StringComparison.OrdinalIgnoreCase) ? "200 Ok." : "504 Not supported.", ct);

    private Task SizeAsync(string argument, CancellationToken ct)
    {
        // RFC 3659, 4: the size depends on the type; ProFTPD refuses to count line ends.
        if (!session.Binary)
            return session.ReplyAsync("550 SIZE not allowed in ASCII mode.", ct);
        var entry = Entry(argument);
        return session.ReplyAsync(entry is { Kind: ListedKind.File } ? $"213 {entry.Size}" : "550 Could not get file size.", ct);
    }

    private Task MdtmAsync(string argument, CancellationToken ct)
    {
        var entry = Entry(argument);
        return session.ReplyAsync(
            entry is { Kind: ListedKind.File } ? $"213 {ListingFormatter.Time(entry.Modified)}" : "550 Could not get file modification time.", ct);
    }

    private Task MlstAsync(string argument, CancellationToken ct)
    {
        var entry = Entry(argument);
        return session.ReplyAsync(
            entry is null ? "550 No such file or directory." : $"250-Begin\n {ListingFormatter.Facts(entry with { Name = session.Resolve(argument)! })}\n250 End.", ct);
    }

    private Task StatAsync(string argument, CancellationToken ct)
    {
        if (argument.Length == 0)
            return session.ReplyAsync("211 AppUpdater loopback FTP server, all well.", ct);
        var entries = session.Resolve(argument) is { } path ? _reader.Read(path) : null;
        if (entries is null && session.Server.Options.EmptyForMissing)
            entries = [];
        if (entries is null)
            return session.ReplyAsync("550 No such file or directory.", ct);
        if (session.Server.Options.ListOnly && Directory.Exists(session.Local(argument)))
            entries = [.. SelfAndParent.Select(name => new ListedEntry(name, ListedKind.Folder, 4096, DateTime.UnixEpoch, false)), .. entries];
        var lines = ListingFormatter.Lines(entries, _format.Line).Replace("\r\n", "\n", StringComparison.Ordinal);
        return session.ReplyAsync($"213-Status follows:\n{lines}213 End of status.", ct);
    }

    private ListedEntry? Entry(string argument) => session.Resolve(argument) is { } path ? _reader.One(path) : null;
}
