using System.Globalization;

namespace AppUpdater.Testing.Ftp;

/// <summary>What changes the folder over the control connection alone.</summary>
internal sealed class WritingVerbs(FtpSession session)
{
    private string? _renameFrom;

    internal void AddTo(Dictionary<string, Func<string, CancellationToken, Task>> verbs)
    {
        verbs["DELE"] = (argument, ct) => WriteAsync(argument, Delete, "250 Delete operation successful.", ct);
        verbs["RMD"] = verbs["XRMD"] = (argument, ct) => WriteAsync(argument, RemoveFolder, "250 Remove directory operation successful.", ct);
        verbs["MKD"] = verbs["XMKD"] = (argument, ct) => WriteAsync(argument, MakeFolder, $"257 \"{session.Resolve(argument)}\" created.", ct);
        verbs["RNFR"] = (argument, ct) => WriteAsync(argument, Choose, "350 Ready for RNTO.", ct);
        verbs["RNTO"] = (argument, ct) => _renameFrom is null && !session.Server.Options.ReadOnly
            ? session.ReplyAsync("503 RNFR required first.", ct)
            : WriteAsync(argument, Rename, "250 Rename successful.", ct);
        verbs["MFMT"] = MfmtAsync;
    }

    private Task WriteAsync(string argument, Func<string, bool> change, string done, CancellationToken ct) =>
        session.ReplyAsync(MayWrite(argument) is { } local && change(local) ? done : "550 Permission denied, or no such file.", ct);

    /// <summary>The local path, null where nothing may be written there. The top folder itself stays.</summary>
    private string? MayWrite(string argument) =>
        session.Server.Options.ReadOnly || session.Resolve(argument) is not { } path || path == "/" ? null : session.Server.Folder.Local(path);

    private static bool Delete(string local)
    {
        if (!File.Exists(local))
            return false;
        File.Delete(local);
        return true;
    }

    private static bool RemoveFolder(string local)
    {
        if (!Directory.Exists(local))
            return false;
        Directory.Delete(local);
        return true;
    }

    private static bool MakeFolder(string local)
    {
        if (Path.Exists(local) || !Directory.Exists(Path.GetDirectoryName(local)))
            return false;
        Directory.CreateDirectory(local);
        return true;
    }

    private bool Choose(string local)
    {
        _renameFrom = Path.Exists(local) ? local : null;
        return _renameFrom is not null;
    }

    private bool Rename(string local)
    {
        var from = _renameFrom;
        _renameFrom = null;
        if (from is null)
            return false;
        if (Directory.Exists(from))
            Directory.Move(from, local);
        else
            new FileInfo(from).MoveTo(local, overwrite: true);
        return true;
    }

    private Task MfmtAsync(string argument, CancellationToken ct)
    {
        // MFMT YYYYMMDDHHMMSS path (draft-somers-ftp-mfxx)
        var cut = argument.IndexOf(' ', StringComparison.Ordinal);
        var stamp = cut < 0 ? argument : argument[..cut];
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (cut < 0 || !DateTime.TryParseExact(stamp, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, Utc, out var time))
            return session.ReplyAsync("501 MFMT needs a time and a path.", ct);
        return WriteAsync(argument[(cut + 1)..], local => SetTime(local, time), $"213 Modify={stamp}; {argument[(cut + 1)..]}", ct);
    }

    private static bool SetTime(string local, DateTime time)
    {
        if (!File.Exists(local))
            return false;
        File.SetLastWriteTimeUtc(local, time);
        return true;
    }
}
