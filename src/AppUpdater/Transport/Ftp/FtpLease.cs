namespace AppUpdater.Transport.Ftp;

/// <summary>One connection for one operation. Disposing gives it back. Never take a second one while holding the first: that can deadlock.</summary>
internal sealed class FtpLease(FtpPool pool, FtpSession session) : IDisposable
{
    private int _returned;

    internal FtpSession Session => session;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 0)
            pool.Return(session);
    }
}
