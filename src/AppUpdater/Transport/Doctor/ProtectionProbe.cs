using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>
/// Where ftp:// is examined and TLS is offered: whether ftps:// would do. That an AUTH is answered says little; what fails on servers is the
/// data connection, so a listing and two transfers are made over TLS, as an update makes them.
/// </summary>
internal sealed class ProtectionProbe : IFtpProbe
{
    public string Name => "ftps";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        if (seen is not { Location.Scheme: RemoteScheme.Ftp, Tls: { Refusal: null } tls })
            return seen;
        bench.Leave();
        var wanted = bench.Server.Options.Server.Tls;
        var found = await TryAsync(bench, tls, wanted, ct).ConfigureAwait(false);
        if (found.Failure is not null && wanted != TlsVersion.Tls13 && await TryAsync(bench, tls, TlsVersion.Tls13, ct).ConfigureAwait(false) is { Failure: null } other)
            found = other;
        return seen with { Protection = found };
    }

    private static async Task<ProtectionSeen> TryAsync(FtpBench bench, TlsSeen tls, TlsVersion highest, CancellationToken ct)
    {
        var options = bench.Server.Options;

        // A certificate that nobody vouches for is taken by its fingerprint: the password has gone to this server in the clear just before,
        // and the lines that come of it pin the same.
        var settings = options.Server with { Tls = highest };
        if (tls.Problem is not null)
            settings = settings with { CaFile = null, Fingerprint = tls.Fingerprint };
        using var server = new FtpServer(bench.Server.Location with { Scheme = RemoteScheme.Ftps }, options with { Server = settings });
        using var secured = new FtpBench(server, bench.Request);
        try
        {
            var session = await secured.SessionAsync(ct).ConfigureAwait(false);
            await FtpFolder.ListAsync(session, server.PathOf(null), ct).ConfigureAwait(false);
            for (var i = 0; i < 2; i++)
            {
                if (bench.Sample is { } sample)
                    await secured.ReadAsync(sample.Path, 0, sample.Size, ct).ConfigureAwait(false);
                else
                    await FtpFolder.ListAsync(await secured.SessionAsync(ct).ConfigureAwait(false), server.PathOf(null), ct).ConfigureAwait(false);
            }

            return new ProtectionSeen(highest, null);
        }
        catch (UpdateException e)
        {
            return new ProtectionSeen(highest, e.Message);
        }
    }
}
