using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>Examines an FTP server, probe by probe. Without a login there is nothing to look at but TLS.</summary>
internal sealed class FtpDoctor(RemoteLocation location, DoctorRequest request)
{
    /// <summary>In this order: the listing finds the file that others read, and what writes comes last.</summary>
    private static readonly IFtpProbe[] Probes =
    [
        new FeatureProbe(), new PassiveProbe(), new ListingProbe(), new ResumeProbe(), new OrderProbe(), new TransferProbe(),
        new ProtectionProbe(), new ConnectionsProbe(), new WriteProbe(),
    ];

    internal async Task<DoctorReport> ExamineAsync(CancellationToken ct)
    {
        using var server = new FtpServer(location, request.Options);
        using var bench = new FtpBench(server, request);
        var seen = new FtpObservations
        {
            Location = location,
            Given = request.Options.Server,
            User = server.User,
            HasPassword = (request.Options.Server.Password ?? location.Password) is not null,
        };
        seen = await EnterAsync(bench, seen, ct).ConfigureAwait(false);
        seen = await LookAsync(new TlsProbe(), bench, seen, ct).ConfigureAwait(false);
        foreach (var probe in seen.Failure is null ? Probes : [])
            seen = await LookAsync(probe, bench, seen, ct).ConfigureAwait(false);
        return FtpDiagnosis.Of(seen, request.Options.Clock.GetUtcNow());
    }

    /// <summary>Connects, with TLS where the URL has it, and logs in: each with its time.</summary>
    private async Task<FtpObservations> EnterAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        try
        {
            seen = await TimedAsync("connecting", seen, async () =>
                seen with { Greeting = await bench.ConnectAsync(ct).ConfigureAwait(false) }).ConfigureAwait(false);
            return await TimedAsync("login", seen, async () =>
            {
                await bench.SessionAsync(ct).ConfigureAwait(false);
                return seen;
            }).ConfigureAwait(false);
        }
        catch (UpdateException failure)
        {
            return seen with { Failure = failure };
        }
    }

    private async Task<FtpObservations> LookAsync(IFtpProbe probe, FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        try
        {
            return await TimedAsync(probe.Name, seen, () => probe.LookAsync(bench, seen, ct)).ConfigureAwait(false);
        }
        catch (UpdateException failure)
        {
            // Where nothing could be reached at all, that is told once.
            return seen.Failure is null ? seen with { Skipped = seen.Skipped.Add(new DoctorGap(probe.Name, failure.Message)) } : seen;
        }
    }

    private async Task<FtpObservations> TimedAsync(string step, FtpObservations before, Func<Task<FtpObservations>> work)
    {
        var clock = request.Options.Clock;
        var start = clock.GetTimestamp();
        var after = await work().ConfigureAwait(false);

        // Where it had nothing to do it took no time either.
        return ReferenceEquals(before, after) && step != "login"
            ? after
            : after with { Timings = before.Timings.Add(new DoctorTiming(step, clock.GetElapsedTime(start))) };
    }
}
