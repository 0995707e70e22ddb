using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Lists many folders over the control connection: STAT with a path sends the same as LIST (RFC 959 4.1.3) without a data connection, so
/// that many go in one write. Only where the server was shown, on one folder, to say the same by both; with the least doubt a folder is
/// left to LIST, and a server that breaks anything gets no STAT any more. Safe for concurrent use.
/// </summary>
internal sealed class FtpStatListing
{
    /// <summary>
    /// Folders in one write. A reply has at most <see cref="FtpReplyReader.MaxReplyBytes"/>, so that their sum is bounded as well; the listing of
    /// a larger folder ends the connection, and the use of STAT.
    /// </summary>
    private const int Most = 32;

    private enum Use { Untried, Off, DotNamesUnseen, DotNamesShown, DotNamesHidden }

    private volatile Use _use;
    private volatile int _code;

    internal bool IsUsed => _use > Use.Off;

    /// <summary>How many folders to ask for at once.</summary>
    internal int Together => IsUsed ? Most : 1;

    /// <summary>Finds out on a folder whose listing is known, once, and only where there are folders left to list.</summary>
    internal async Task ProbeAsync(FtpSession session, string path, List<FtpEntry> listed, CancellationToken ct)
    {
        var server = session.Server;
        if (_use != Use.Untried || server.OneAtATime || server.Features is { Mlst: true } || FtpFolder.IsOdd(path)
            || !listed.Exists(entry => entry is { Kind: RemoteEntryKind.Directory, IsSelfOrParent: false }))
            return;
        var reply = (await AskAsync(session, [path], ct).ConfigureAwait(false))?[0];
        var told = reply is { IsSuccess: true } ? Parse(server, reply) : null;
        _code = reply?.Code ?? 0;
        _use = told is null ? Use.Off : Compare(server, path, listed, told);
        server.Options.Log.LogDebug("{Server}: {Found}", server.Address, IsUsed ? "STAT tells of folders what LIST does" : "folders are not asked for by STAT");
    }

    /// <summary>In the order asked; null for a folder that is to be asked for by LIST.</summary>
    internal async Task<List<FtpEntry>?[]> ListAsync(FtpSession session, string[] paths, CancellationToken ct)
    {
        var found = new List<FtpEntry>?[paths.Length];
        var asked = Enumerable.Range(0, paths.Length).Where(i => !FtpFolder.IsOdd(paths[i])).ToList();
        if (asked.Count == 0 || await AskAsync(session, [.. asked.Select(i => paths[i])], ct).ConfigureAwait(false) is not { } replies)
            return found;
        for (var i = 0; i < asked.Count; i++)
        {
            // Refused: LIST knows what that means.
            if (replies[i].Code != _code || Parse(session.Server, replies[i]) is not { } told || !Settle(told))
                continue;
            session.Server.Names.Read(paths[asked[i]], told);
            await FtpFolder.LearnZoneAsync(session, paths[asked[i]], told, ct).ConfigureAwait(false);
            found[asked[i]] = told;
        }

        return found;
    }

    /// <summary>The replies, all of them in step; null where something broke, and then for good.</summary>
    /// <remarks>
    /// A name with a line break in it can end a reply before its time: vsftpd sends it as it is. What follows is then no reply, or one too
    /// many, so nothing counts until NOOP, sent behind them, has had its own.
    /// </remarks>
    private async Task<IReadOnlyList<FtpReply>?> AskAsync(FtpSession session, string[] paths, CancellationToken ct)
    {
        var server = session.Server;
        try
        {
            FtpCommand[] commands = [.. paths.Select(path => new FtpCommand("STAT", path)), new FtpCommand("NOOP")];
            var replies = await FtpBatch.SendAsync(session, commands, together: 1, ct).ConfigureAwait(false);
            if (replies[^1].Code == 200)
                return replies;
            session.Break("mixed up the replies to STAT.");
        }
        catch (UpdateException e) when (e is UntrustedException or UnreachableException)
        {
            server.Options.Log.LogDebug("{Server}: STAT failed: {Reason}", server.Address, e.Message);
        }

        _use = Use.Off;
        return null;
    }

    /// <summary>Null where LIST must tell: not all understood, or no folder, which STAT shows like one with a file in it, or like nothing.</summary>
    private static List<FtpEntry>? Parse(FtpServer server, FtpReply reply)
    {
        if (reply.Inside() is not { } lines)
            return null;
        var entries = FtpListing.Parse(lines, isMlsd: false, server.Options.Clock.GetUtcNow(), out var problem);
        if (problem is not null || !entries.Exists(entry => entry is { IsSelfOrParent: true, Name: "." }))
            return null;
        entries.RemoveAll(entry => entry.IsSelfOrParent);
        return entries;
    }

    /// <summary>STAT may show names that begin with a dot where LIST does not (vsftpd, without force_dot_files).</summary>
    private static Use Compare(FtpServer server, string path, List<FtpEntry> listed, List<FtpEntry> told)
    {
        var entries = listed.Where(entry => !entry.IsSelfOrParent).ToList();
        var isShown = entries.Exists(IsDotName);
        var isHidden = !isShown && told.RemoveAll(IsDotName) > 0;
        server.Names.Read(path, told);
        if (entries.Count != told.Count || !entries.ToHashSet().SetEquals(told))
            return Use.Off;
        return isShown ? Use.DotNamesShown : isHidden ? Use.DotNamesHidden : Use.DotNamesUnseen;
    }

    /// <summary>
    /// Leaves of a listing what LIST would show: a plan must not depend on the verb, or a file that one run saw would look removed to the
    /// next. False where that is not known.
    /// </summary>
    private bool Settle(List<FtpEntry> told)
    {
        if (_use == Use.DotNamesHidden)
            told.RemoveAll(IsDotName);
        return _use == Use.DotNamesShown || !told.Exists(IsDotName);
    }

    private static bool IsDotName(FtpEntry entry) => entry.Name.StartsWith('.');
}
