using System.Globalization;
using System.Net.Sockets;

namespace AppUpdater.Testing.Ftp;

/// <summary>What moves over a data connection, and what prepares one.</summary>
internal sealed class TransferVerbs(FtpSession session)
{
    private readonly FolderReader _reader = new(session.Server);
    private readonly ListingFormatter _format = new(session.Server.Options);
    private long _restartAt;

    internal void AddTo(Dictionary<string, Func<string, CancellationToken, Task>> verbs)
    {
        verbs["PASV"] = PasvAsync;
        if (!session.Server.Options.NoEpsv)
            verbs["EPSV"] = EpsvAsync;
        verbs["REST"] = RestAsync;
        verbs["RETR"] = RetrieveAsync;
        verbs["STOR"] = (argument, ct) => StoreAsync(argument, append: false, ct);
        verbs["APPE"] = (argument, ct) => StoreAsync(argument, append: true, ct);
        verbs["LIST"] = (argument, ct) => PlainListAsync(WithoutSwitches(argument), _format.Line, ct);
        verbs["NLST"] = (argument, ct) => PlainListAsync(WithoutSwitches(argument), entry => entry.Name, ct);
        if (!session.Server.Options.ListOnly)
            verbs["MLSD"] = FactsAsync;
    }

    private Task PasvAsync(string argument, CancellationToken ct)
    {
        var address = session.Control.Local.Address;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return session.ReplyAsync("425 PASV is for IPv4, use EPSV.", ct);
        var port = Listen();
        var bytes = string.Join(',', address.GetAddressBytes());
        return session.ReplyAsync($"227 Entering Passive Mode ({bytes},{port >> 8},{port & 0xFF}).", ct);
    }

    private Task EpsvAsync(string argument, CancellationToken ct)
    {
        if (string.Equals(argument, "ALL", StringComparison.OrdinalIgnoreCase))
            return session.ReplyAsync("200 EPSV ALL ok.", ct);
        return session.ReplyAsync($"229 Entering Extended Passive Mode (|||{Listen()}|).", ct);
    }

    private int Listen()
    {
        session.Passive?.Dispose();
        session.Passive = new DataConnection(session.Control);
        return session.Passive.Port;
    }

    private Task RestAsync(string argument, CancellationToken ct)
    {
        if (!long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return session.ReplyAsync("501 REST needs a number.", ct);
        _restartAt = offset;
        return session.ReplyAsync($"350 Restart position accepted ({offset}).", ct);
    }

    private Task RetrieveAsync(string argument, CancellationToken ct)
    {
        var offset = TakeRestart();
        if (session.Resolve(argument) is not { } path)
            return session.ReplyAsync("550 Failed to open file.", ct);
        session.Faults.BeforeRetrieve?.Invoke(path.TrimStart('/'));
        var local = session.Server.Folder.Local(path);
        if (!File.Exists(local))
            return session.ReplyAsync("550 Failed to open file.", ct);
        var size = session.Faults.Size(path, new FileInfo(local).Length);
        return BeginAsync(path, $"150 Opening BINARY mode data connection for {argument} ({size} bytes).", (transfer, stop) =>
            transfer.SendFileAsync(local, session.Faults.IgnoreRest ? 0 : offset, stop), ct);
    }

    private Task StoreAsync(string argument, bool append, CancellationToken ct)
    {
        var offset = TakeRestart();
        if (session.Server.Options.ReadOnly || session.Resolve(argument) is not { } path || session.Server.Folder.Local(path) is not { } local)
            return session.ReplyAsync("550 Permission denied.", ct);
        if (Directory.Exists(local) || !Directory.Exists(Path.GetDirectoryName(local)))
            return session.ReplyAsync("553 Could not create file.", ct);

        return BeginAsync(path, "150 Ok to send data.", (transfer, stop) => transfer.ReceiveFileAsync(local, append ? null : offset, stop), ct);
    }

    private Task PlainListAsync(string argument, Func<ListedEntry, string> line, CancellationToken ct)
    {
        if (session.Resolve(argument) is not { } path)
            return session.ReplyAsync("550 No such file or directory.", ct);
        var entries = _reader.Read(path);
        if (entries is null && session.Server.Options.EmptyForMissing)
            entries = [];
        if (entries is null)
            return session.ReplyAsync("550 No such file or directory.", ct);
        return entries.Count == 0 && session.Server.Options.EmptyIs450
            ? session.ReplyAsync("450 No files found.", ct)
            : SendListingAsync(path, ListingFormatter.Lines(entries, line), ct);
    }

    private Task FactsAsync(string argument, CancellationToken ct)
    {
        if (session.Resolve(argument) is not { } path || _reader.Read(path) is not { } entries || !IsFolder(path))
            return session.ReplyAsync("550 No such file or directory.", ct);
        var self = ListingFormatter.Facts(_reader.One(path)! with { Name = "." }, "cdir") + "\r\n";
        return SendListingAsync(path, self + ListingFormatter.Lines(entries, entry => ListingFormatter.Facts(entry)), ct);
    }

    private Task SendListingAsync(string path, string listing, CancellationToken ct)
    {
        var text = session.Control.Names.GetBytes(listing);
        var folder = path == "/" ? "/" : path + "/";
        return BeginAsync(folder, "150 Here comes the directory listing.", (transfer, stop) => transfer.SendAsync(new MemoryStream(text), stop), ct);
    }

    private bool IsFolder(string path) => Directory.Exists(session.Server.Folder.Local(path));

    private Task BeginAsync(string path, string opening, Func<FtpTransfer, CancellationToken, Task<bool>> body, CancellationToken ct)
    {
        if (session.Server.Options.RequireTls && !session.IsProtected)
            return session.ReplyAsync("522 Data connections must be encrypted.", ct);
        if (session.Passive is not { } data)
            return session.ReplyAsync("425 Use EPSV or PASV first.", ct);
        session.Passive = null;
        var transfer = new FtpTransfer(session, data, path);
        session.Begin(transfer, stop => transfer.RunAsync(opening, body, stop, ct), ct);
        return Task.CompletedTask;
    }

    private long TakeRestart()
    {
        var offset = _restartAt;
        _restartAt = 0;
        return offset;
    }

    /// <summary><c>LIST -la folder</c>: the switches are those of ls, and of no use here.</summary>
    private static string WithoutSwitches(string argument)
    {
        while (argument.StartsWith('-'))
        {
            var cut = argument.IndexOf(' ', StringComparison.Ordinal);
            argument = cut < 0 ? "" : argument[(cut + 1)..];
        }

        return argument;
    }
}
