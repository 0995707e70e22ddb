namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Whether a server ends a transfer before it answers what was sent along with it. vsftpd, ProFTPD and Pure-FTPd do; asynchronous servers
/// (pyftpdlib) answer at once, and an EPSV then takes the running transfer's place. Not known until a probe. Safe for concurrent use.
/// </summary>
internal sealed class FtpOrder
{
    private const int MostProbes = 3;

    private readonly Lock _gate = new();
    private bool? _kept;
    private bool _probing;
    private int _probes;

    /// <summary>A probe has shown it, and nothing since has shown otherwise.</summary>
    internal bool IsKept
    {
        get
        {
            lock (_gate)
                return _kept == true;
        }
    }

    /// <summary>Whether the caller is to probe now, and then to say what it found: one at a time, and not for ever.</summary>
    internal bool TryProbe()
    {
        lock (_gate)
        {
            if (_kept is not null || _probing || _probes == MostProbes)
                return false;
            _probes++;
            return _probing = true;
        }
    }

    /// <summary>The end of a probe: the order was kept, or (false) nothing was found out.</summary>
    internal void Probed(bool isKept)
    {
        lock (_gate)
        {
            _probing = false;
            if (isKept)
                _kept ??= true;
        }
    }

    /// <summary>A reply came out of order: for good.</summary>
    internal void Lose()
    {
        lock (_gate)
            _kept = false;
    }
}
