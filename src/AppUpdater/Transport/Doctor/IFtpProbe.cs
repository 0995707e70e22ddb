using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>Looks at one thing of a server and adds it to what was seen.</summary>
internal interface IFtpProbe
{
    /// <summary>For messages and times: "listing".</summary>
    string Name { get; }

    /// <exception cref="UpdateException">It could not be found out; the next probe gets a new connection.</exception>
    Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct);
}

/// <summary>What probes work with: the server, what may be done to it, and one logged-in session that they share.</summary>
internal sealed class FtpBench(FtpServer server, DoctorRequest request) : IDisposable
{
    private FtpSession? _session;

    internal FtpServer Server => server;

    internal DoctorRequest Request => request;

    /// <summary>A file of at least two bytes in the folder, its full path and size; null until the listing found one.</summary>
    internal (string Path, long Size)? Sample { get; set; }

    /// <summary>The shared session, logged in anew where a probe left it unusable.</summary>
    internal async Task<FtpSession> SessionAsync(CancellationToken ct)
    {
        if (_session is { IsReusable: true })
            return _session;
        _session?.Dispose();
        _session = null;
        return _session = await OpenAsync(ct).ConfigureAwait(false) ?? throw server.Unreachable("has no connection left.");
    }

    /// <summary>One more session; null where the server wants no more.</summary>
    internal async Task<FtpSession?> OpenAsync(CancellationToken ct) => (await TryOpenAsync(ct).ConfigureAwait(false)).Session;

    /// <summary>One more session, or the reply that refused it.</summary>
    internal async Task<(FtpSession? Session, FtpReply? Full)> TryOpenAsync(CancellationToken ct)
    {
        var session = await FtpSession.ConnectAsync(server, ct).ConfigureAwait(false);
        try
        {
            if (await session.LogInAsync(ct).ConfigureAwait(false) is not { } full)
                return (session, null);
            session.Dispose();
            return (null, full);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose() => _session?.Dispose();
}
