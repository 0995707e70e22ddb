using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>What probes work with: the server, what may be done to it, and one logged-in session that they share. For one probe at a time.</summary>
internal sealed class FtpBench(FtpServer server, DoctorRequest request) : IDisposable
{
    private const int Tries = 4;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(300);

    private FtpSession? _session;
    private bool _isLoggedIn;

    internal FtpServer Server => server;

    internal DoctorRequest Request => request;

    /// <summary>The smallest file in the folder, its full path and size; null until the listing found one.</summary>
    internal (string Path, long Size)? Sample { get; set; }

    /// <summary>Connects the shared session, and says how it was greeted; <see cref="SessionAsync"/> logs in.</summary>
    internal async Task<string> ConnectAsync(CancellationToken ct)
    {
        Leave();
        _session = await FtpSession.ConnectAsync(server, ct).ConfigureAwait(false);
        var greeting = await _session.HearGreetingAsync(ct).ConfigureAwait(false);
        return greeting.Lines.FirstOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "";
    }

    /// <summary>The shared session, logged in anew where a probe left it unusable.</summary>
    internal async Task<FtpSession> SessionAsync(CancellationToken ct)
    {
        if (_session is { IsReusable: true } && _isLoggedIn)
            return _session;

        // A server that allows one connection may need a moment to see that the one before is gone.
        for (var tried = 1; ; tried++)
        {
            if (_session is not { IsReusable: true })
                await ConnectAsync(ct).ConfigureAwait(false);
            if (await _session!.LogInAsync(ct).ConfigureAwait(false) is not { } full)
                break;
            Leave();
            if (tried == Tries)
                throw server.Unreachable($"has no connection left: {full}.");
            await Task.Delay(BetweenTries, server.Options.Clock, ct).ConfigureAwait(false);
        }

        await _session.LearnFeaturesAsync(ct).ConfigureAwait(false);
        _isLoggedIn = true;
        return _session;
    }

    /// <summary>Closes the shared session: a server that allows one connection has room for another then.</summary>
    internal void Leave()
    {
        _session?.Dispose();
        _session = null;
        _isLoggedIn = false;
    }

    /// <summary>One more session, or the reply that refused it.</summary>
    internal async Task<(FtpSession? Session, FtpReply? Full)> TryOpenAsync(CancellationToken ct)
    {
        var session = await FtpSession.ConnectAsync(server, ct).ConfigureAwait(false);
        try
        {
            if (await session.LogInAsync(ct).ConfigureAwait(false) is not { } full)
            {
                await session.LearnFeaturesAsync(ct).ConfigureAwait(false);
                return (session, null);
            }

            session.Dispose();
            return (null, full);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file to its end, at most so many bytes, and tells how many came.</summary>
    internal async Task<long> ReadAsync(string path, long offset, long most, CancellationToken ct)
    {
        var session = await SessionAsync(ct).ConfigureAwait(false);
        var stream = await session.OpenReadAsync(path, new FtpSpan(offset, null), ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[64 * 1024];
            long received = 0;
            int read;
            while (received <= most && (read = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
                received += read;
            if (received <= most)
                await stream.CompleteAsync(ct).ConfigureAwait(false);
            return received;
        }
    }

    public void Dispose() => _session?.Dispose();
}
