using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>Examines an FTP server, probe by probe. Without a login there is nothing to look at but TLS.</summary>
internal sealed class FtpDoctor(RemoteLocation location, DoctorRequest request)
{
    /// <summary>In this order: the listing finds the file that others read.</summary>
    private static readonly IFtpProbe[] Probes =
    [
        new TlsProbe(), new FeatureProbe(), new PassiveProbe(), new ListingProbe(), new ResumeProbe(), new OrderProbe(), new ConnectionsProbe(),
        new WriteProbe(),
    ];

    internal async Task<DoctorReport> ExamineAsync(CancellationToken ct)
    {
        var server = new FtpServer(location, request.Options);
        using var bench = new FtpBench(server, request);
        var seen = new FtpObservations { Location = location, User = server.User };
        try
        {
            seen = await TimedAsync("login", seen, async () =>
            {
                await bench.SessionAsync(ct).ConfigureAwait(false);
                return seen;
            }).ConfigureAwait(false);
        }
        catch (UpdateException failure)
        {
            seen = seen with { Failure = failure };
        }

        foreach (var probe in Probes.Where(probe => seen.Failure is null || probe is TlsProbe))
            seen = await LookAsync(probe, bench, seen, ct).ConfigureAwait(false);
        return FtpDiagnosis.Of(seen, request.Options.Clock.GetUtcNow());
    }

    private async Task<FtpObservations> LookAsync(IFtpProbe probe, FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        try
        {
            return await TimedAsync(probe.Name, seen, () => probe.LookAsync(bench, seen, ct)).ConfigureAwait(false);
        }
        catch (UpdateException failure)
        {
            return seen with { Skipped = seen.Skipped.Add((probe.Name, failure.Message)) };
        }
    }

    private async Task<FtpObservations> TimedAsync(string step, FtpObservations before, Func<Task<FtpObservations>> work)
    {
        var clock = request.Options.Clock;
        var start = clock.GetTimestamp();
        var after = await work().ConfigureAwait(false);
        return after with { Timings = before.Timings.Add(new DoctorTiming(step, clock.GetElapsedTime(start))) };
    }
}
