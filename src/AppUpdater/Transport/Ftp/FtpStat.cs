namespace AppUpdater.Transport.Ftp;

/// <summary>Size and time of files: MLST where FEAT has it, else SIZE and MDTM, else a listing.</summary>
internal static class FtpStat
{
    /// <summary>In the order asked; null for what is not there.</summary>
    internal static Task<RemoteEntry?[]> AllAsync(FtpSession session, IReadOnlyList<RelativePath> paths, CancellationToken ct) =>
        session.Server.Features is { Mlst: true } ? FactsAsync(session, paths, ct) : SizesAndTimesAsync(session, paths, ct);

    private static async Task<RemoteEntry?[]> FactsAsync(FtpSession session, IReadOnlyList<RelativePath> paths, CancellationToken ct)
    {
        var commands = paths.Select(path => new FtpCommand("MLST", session.Server.PathOf(path))).ToList();
        var replies = await FtpBatch.SendAsync(session, commands, together: 1, ct).ConfigureAwait(false);
        return [.. paths.Zip(replies, (path, reply) => Facts(session.Server, path, reply))];
    }

    private static RemoteEntry? Facts(FtpServer server, RelativePath path, FtpReply reply)
    {
        if (reply.Code is 550 or 501)
            return null;
        if (!reply.IsSuccess)
            throw server.Refusal(reply, $"MLST {server.PathOf(path)}");

        // The line between; jlaffaye/ftp has met none to many leading spaces. Its name may be a full path and is not used.
        foreach (var line in reply.Lines)
        {
            if (MlsxLine.TryParse(line.TrimStart(), out var entry))
                return new RemoteEntry(path, entry.Kind, entry.Size, TimeOf(server, entry));
        }

        throw new UntrustedException($"{server.Address} answered MLST {server.PathOf(path)} with {reply}, which is not understood.");
    }

    private static async Task<RemoteEntry?[]> SizesAndTimesAsync(FtpSession session, IReadOnlyList<RelativePath> paths, CancellationToken ct)
    {
        var server = session.Server;
        var commands = paths.Select(path => server.PathOf(path)).SelectMany(full => new[] { new FtpCommand("SIZE", full), new FtpCommand("MDTM", full) });
        var replies = await FtpBatch.SendAsync(session, [.. commands], together: 2, ct).ConfigureAwait(false);
        var found = new RemoteEntry?[paths.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = replies[2 * i].IsUnknownCommand
                ? await FromListingAsync(session, paths[i], ct).ConfigureAwait(false)
                : SizeAndTime(server, paths[i], replies[2 * i], replies[(2 * i) + 1]);
        }

        return found;
    }

    private static RemoteEntry? SizeAndTime(FtpServer server, RelativePath path, FtpReply size, FtpReply time)
    {
        if (size.Code == 550)
            return null;
        if (size.Code != 213)
            throw server.Refusal(size, $"SIZE {server.PathOf(path)}");
        var modified = time.Code == 213 ? FtpTimes.ParseModify(time.Text.Trim()) : null;
        return new RemoteEntry(
            path, RemoteEntryKind.File, FtpTimes.Size(size.Text.Trim()), modified is { } known ? server.Zone.ToUtc(known) : null);
    }

    /// <summary>For servers older than SIZE.</summary>
    internal static async Task<RemoteEntry?> FromListingAsync(FtpSession session, RelativePath path, CancellationToken ct)
    {
        try
        {
            var entries = await FtpFolder.ListAsync(session, session.Server.PathOf(path.Parent), ct).ConfigureAwait(false);
            return entries.Find(entry => entry.Name == path.Name) is { } found
                ? new RemoteEntry(path, found.Kind, found.Size, TimeOf(session.Server, found))
                : null;
        }
        catch (MissingException)
        {
            return null; // nor is the folder it would be in
        }
    }

    private static RemoteTime? TimeOf(FtpServer server, FtpEntry entry) => entry.Time is { } time ? server.Zone.ToUtc(time) : null;
}
