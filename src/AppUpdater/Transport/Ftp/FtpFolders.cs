using System.Collections.Concurrent;

namespace AppUpdater.Transport.Ftp;

/// <summary>Folders on the server: made where they are not there, and remembered. Safe for concurrent use.</summary>
internal sealed class FtpFolders(FtpServer server)
{
    private readonly ConcurrentDictionary<RelativePath, bool> _there = new();

    /// <summary>Makes folders and those above them. False where all were remembered and nothing was asked.</summary>
    /// <exception cref="UnreachableException">The server refused one.</exception>
    internal async Task<bool> MakeAsync(FtpSession session, IEnumerable<RelativePath> folders, CancellationToken ct)
    {
        // A folder above sorts before those in it.
        var wanted = folders.SelectMany(WithThoseAbove).Where(folder => !_there.ContainsKey(folder)).Distinct().Order().ToList();
        if (wanted.Count == 0)
            return false;
        var replies = await FtpBatch.SendAsync(session, [.. wanted.Select(folder => Command("MKD", folder))], together: 1, ct).ConfigureAwait(false);
        var refused = wanted.Zip(replies).Where(made => !made.Second.IsSuccess).ToList();

        // 550 and 521 mean "exists" as well as "may not": only asking tells.
        var exist = await ExistAsync(session, [.. refused.Select(made => made.First)], ct).ConfigureAwait(false);
        for (var i = 0; i < refused.Count; i++)
        {
            if (!exist[i])
                throw server.WriteRefusal(refused[i].Second, Command("MKD", refused[i].First));
        }

        foreach (var folder in wanted)
            _there.TryAdd(folder, true);
        return true;
    }

    /// <summary>In the order asked.</summary>
    internal async Task<bool[]> ExistAsync(FtpSession session, IReadOnlyList<RelativePath> folders, CancellationToken ct)
    {
        if (folders.Count == 0)
            return [];

        // CWD is known to all servers. The last one leaves again: Windows keeps a folder in which somebody is.
        FtpCommand[] commands = [.. folders.Select(folder => Command("CWD", folder)), new FtpCommand("CWD", server.PathOf(null))];
        var replies = await FtpBatch.SendAsync(session, commands, together: 1, ct).ConfigureAwait(false);
        return [.. replies.Take(folders.Count).Select(reply => reply.IsSuccess)];
    }

    /// <summary>What is remembered of a folder, and of those in it, is no longer so.</summary>
    internal void Forget(RelativePath folder)
    {
        foreach (var known in _there.Keys.Where(known => known.IsAtOrBelow(folder)))
            _there.TryRemove(known, out _);
    }

    private FtpCommand Command(string verb, RelativePath folder) => new(verb, server.PathOf(folder));

    private static IEnumerable<RelativePath> WithThoseAbove(RelativePath folder)
    {
        for (RelativePath? next = folder; next is { } path; next = path.Parent)
            yield return path;
    }
}
