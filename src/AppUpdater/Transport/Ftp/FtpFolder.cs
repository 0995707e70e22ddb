using System.Buffers;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Lists one folder over one session: MLSD where FEAT has it, else LIST. A session's working folder is nobody's after this; all paths that
/// are sent begin with a slash.
/// </summary>
internal static class FtpFolder
{
    private static readonly SearchValues<char> OptionsAndGlobs = SearchValues.Create(" *?[]{}~\\");

    private static readonly string[] Denials = ["denied", "permission", "not allowed", "not permitted", "access", "privilege", "forbidden"];

    /// <exception cref="MissingException">There is no such folder.</exception>
    /// <exception cref="UnreachableException">The server does not let it be listed.</exception>
    /// <exception cref="UntrustedException">The listing can't be understood.</exception>
    internal static async Task<List<FtpEntry>> ListAsync(FtpSession session, string path, CancellationToken ct)
    {
        var server = session.Server;
        var isMlsd = server.Features is { Mlst: true };
        var bytes = isMlsd || !IsOdd(path) ? await ByPathAsync(session, isMlsd ? "MLSD" : "LIST", path, ct).ConfigureAwait(false) : null;
        bytes ??= await InsideAsync(session, isMlsd ? "MLSD" : "LIST", path, ct).ConfigureAwait(false);
        var entries = FtpListing.Parse(bytes, isMlsd, server.Options.Clock.GetUtcNow(), out var problem);
        if (problem is not null)
        {
            throw new UntrustedException(
                $"{server.Address} sent a line in the listing of {PathRules.Show(path)} that is not understood: {PathRules.Show(problem)}. "
                + $"Where a name there has a line break, rename it on the server.");
        }

        if (!isMlsd && entries is [{ Kind: RemoteEntryKind.File } only] && (only.Name == path || path.EndsWith("/" + only.Name, StringComparison.Ordinal)))
            await EnterAsync(session, path, ct).ConfigureAwait(false); // LIST of a file lists that file
        server.Names.Read(path, entries);
        if (!isMlsd)
            await LearnZoneAsync(session, path, entries, ct).ConfigureAwait(false);
        return entries;
    }

    /// <summary>
    /// A listing that has something in it, or null. LIST takes a path on trust: vsftpd and Pure-FTPd answer a missing folder with an empty
    /// listing, ProFTPD and DrFTPD an empty one with 450 or 550, and some servers take no path at all (501, 504).
    /// </summary>
    private static async Task<byte[]?> ByPathAsync(FtpSession session, string verb, string path, CancellationToken ct)
    {
        var (listing, refusal) = await session.ListAsync(new FtpCommand(verb, path), ct).ConfigureAwait(false);
        if (listing is { Length: > 0 })
            return listing;
        return refusal is null or { Code: 450 or 501 or 504 or 550 or 553 }
            ? null
            : throw session.Server.Refusal(refusal, $"{verb} {path}");
    }

    /// <summary>
    /// The listing of the folder that CWD enters, which only one that is there lets be done: so an odd name, which LIST would take for
    /// options or a glob, and one for which LIST showed nothing. Empty where that is what it is.
    /// </summary>
    private static async Task<byte[]> InsideAsync(FtpSession session, string verb, string path, CancellationToken ct)
    {
        await EnterAsync(session, path, ct).ConfigureAwait(false);
        var (inside, no) = await session.ListAsync(new FtpCommand(verb), ct).ConfigureAwait(false);
        if (inside is not null)
            return inside;

        // An empty listing would mean that all is to be removed: not where the words say that it may not be seen.
        var isDenied = no!.Lines.Any(line => Denials.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)));
        return no.Code is 450 or 550 && !isDenied
            ? []
            : throw new UnreachableException($"{session.Server.Address} answered {no} to {verb} in {path}.", isTransient: no.IsTransientFailure && !isDenied);
    }

    private static async Task EnterAsync(FtpSession session, string path, CancellationToken ct)
    {
        var reply = await session.SendAsync(new FtpCommand("CWD", path), ct).ConfigureAwait(false);
        if (reply.IsSuccess)
            return;
        throw reply.Code is 501 or 553
            ? new MissingException($"{session.Server.Address} answered {reply}: {PathRules.Show(path)} is no folder.")
            : session.Server.Refusal(reply, $"CWD {path}");
    }

    /// <summary>Whether LIST and STAT would take the path for options or a glob.</summary>
    internal static bool IsOdd(string path) =>
        path.AsSpan().ContainsAny(OptionsAndGlobs) || path.Contains("/-", StringComparison.Ordinal);

    /// <summary>Measures what the times of a listing need.</summary>
    internal static Task LearnZoneAsync(FtpSession session, string path, List<FtpEntry> entries, CancellationToken ct)
    {
        var byTime = new SortedList<DateTime, string>();
        foreach (var entry in entries)
        {
            if (entry is { Kind: RemoteEntryKind.File, Time: { IsUtc: false } time } && time.Precision == FtpTimes.Minute
                && !byTime.ContainsKey(time.Value) && RelativePath.TryParse(entry.Name, out _, out _))
                byTime.Add(time.Value, entry.Name);
        }

        var folder = path.TrimEnd('/');
        return byTime.Count == 0
            ? Task.CompletedTask
            : session.Server.Zone.LearnAsync([.. byTime.Keys], times => AskAsync(session, times.ConvertAll(time => $"{folder}/{byTime[time]}"), ct), ct);
    }

    private static async Task<DateTime?[]> AskAsync(FtpSession session, List<string> files, CancellationToken ct)
    {
        var replies = await session.SendAllAsync([.. files.Select(file => new FtpCommand("MDTM", file))], ct).ConfigureAwait(false);
        return Array.ConvertAll(replies, reply => reply.Code == 213 ? FtpTimes.ParseModify(reply.Text.Trim())?.Value : null);
    }
}
