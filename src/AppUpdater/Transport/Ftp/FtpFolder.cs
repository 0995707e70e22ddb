using System.Buffers;

namespace AppUpdater.Transport.Ftp;

/// <summary>Lists one folder over one session: MLSD where FEAT has it, else LIST.</summary>
internal static class FtpFolder
{
    private static readonly SearchValues<char> OptionsAndGlobs = SearchValues.Create(" *?[]{}~\\");

    /// <exception cref="MissingException">There is no such folder.</exception>
    /// <exception cref="UntrustedException">The listing can't be understood.</exception>
    internal static async Task<List<FtpEntry>> ListAsync(FtpSession session, string path, CancellationToken ct)
    {
        var server = session.Server;
        var isMlsd = server.Features is { Mlst: true };
        var bytes = isMlsd
            ? await MlsdAsync(session, path, ct).ConfigureAwait(false)
            : await PlainAsync(session, path, ct).ConfigureAwait(false);
        var entries = FtpListing.Parse(server.Names.Decode(bytes), isMlsd, server.Options.Clock.GetUtcNow(), out var problem);
        if (problem is not null)
        {
            throw new UntrustedException(
                $"{server.Address} sent a line in the listing of {PathRules.Show(path)} that is not understood: {PathRules.Show(problem)}. "
                + "Where a name there has a line break, rename it on the server.");
        }

        if (!isMlsd)
            await MeasureZoneAsync(session, path, entries, ct).ConfigureAwait(false);
        return entries;
    }

    private static async Task<byte[]> MlsdAsync(FtpSession session, string path, CancellationToken ct)
    {
        var (listing, refusal) = await session.ListAsync(new FtpCommand("MLSD", path), ct).ConfigureAwait(false);
        if (listing is not null)
            return listing;

        // 501: it is a file (RFC 3659 7.2.1).
        throw refusal!.Code == 501 ? Missing(session, path, refusal) : session.Server.Refusal(refusal, $"MLSD {path}");
    }

    /// <summary>
    /// LIST takes a path on trust: vsftpd and Pure-FTPd answer a missing folder with an empty listing, ProFTPD an empty one with 450 or
    /// 550, and options or globs hide in a name. So what is empty or refused is confirmed by CWD, and an odd name goes by CWD at once.
    /// </summary>
    private static async Task<byte[]> PlainAsync(FtpSession session, string path, CancellationToken ct)
    {
        if (IsOdd(path))
        {
            await EnterAsync(session, path, ct).ConfigureAwait(false);
            var (inside, no) = await session.ListAsync(new FtpCommand("LIST"), ct).ConfigureAwait(false);
            return inside ?? (no!.Code is 450 or 550 ? [] : throw session.Server.Refusal(no, $"LIST in {path}"));
        }

        var (listing, refusal) = await session.ListAsync(new FtpCommand("LIST", path), ct).ConfigureAwait(false);
        if (listing is { Length: > 0 })
            return listing;
        if (refusal is not null && refusal.Code is not (450 or 550))
            throw session.Server.Refusal(refusal, $"LIST {path}");
        await EnterAsync(session, path, ct).ConfigureAwait(false);
        return [];
    }

    private static async Task EnterAsync(FtpSession session, string path, CancellationToken ct)
    {
        var reply = await session.SendAsync(new FtpCommand("CWD", path), ct).ConfigureAwait(false);
        if (!reply.IsSuccess)
            throw reply.Code == 501 ? Missing(session, path, reply) : session.Server.Refusal(reply, $"CWD {path}");
    }

    private static bool IsOdd(string path) =>
        path.AsSpan().ContainsAny(OptionsAndGlobs) || path.Contains("/-", StringComparison.Ordinal);

    private static MissingException Missing(FtpSession session, string path, FtpReply reply) =>
        new($"{session.Server.Address} answered {reply}: {PathRules.Show(path)} is no folder.");

    private static Task MeasureZoneAsync(FtpSession session, string path, List<FtpEntry> entries, CancellationToken ct)
    {
        var sample = entries.Find(entry => entry is { Kind: RemoteEntryKind.File, Time: { IsUtc: false } time }
            && time.Precision == FtpTimes.Minute && RelativePath.TryParse(entry.Name, out _, out _));
        return sample is null
            ? Task.CompletedTask
            : session.Server.Zone.MeasureOnceAsync(() => MeasureZoneAsync(session, path, sample, ct)).WaitAsync(ct);
    }

    private static async Task MeasureZoneAsync(FtpSession session, string path, FtpEntry sample, CancellationToken ct)
    {
        var full = path == "/" ? $"/{sample.Name}" : $"{path}/{sample.Name}";
        var reply = await session.SendAsync(new FtpCommand("MDTM", full), ct).ConfigureAwait(false);
        if (reply.Code == 213 && FtpTimes.ParseModify(reply.Text.Trim()) is { } real)
            session.Server.Zone.Measured(sample.Time!.Value.Value, new DateTimeOffset(real.Value, TimeSpan.Zero));
    }
}
