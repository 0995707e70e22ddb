using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Up to N connections, opened when wanted. The first logs in alone: a wrong password is tried once, not eight times. A server that
/// wants fewer says so at login, and the pool shrinks to what it got. Safe for concurrent use.
/// </summary>
[SuppressMessage("Reliability", "CA2213", Justification = "Leases still out release the semaphores; unless a wait handle is asked of them, they hold nothing.")]
internal sealed class FtpPool : IDisposable
{
    /// <summary>A connection left alone for longer is asked before it is used; servers hang up after five minutes (RFC 1123 4.1.3.2).</summary>
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(60);

    private readonly FtpServer _server;
    private readonly TimeProvider _clock;
    private readonly FtpSlots _slots;
    private readonly SemaphoreSlim _first = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Stack<(FtpSession Session, long Since)> _idle = new();
    private int _open;
    private int _opening;
    private bool _disposed;
    private volatile bool _proven;
    private volatile bool _enough;
    private volatile UnreachableException? _refused;

    internal FtpPool(FtpServer server)
    {
        _server = server;
        _clock = server.Options.Clock;
        _slots = new FtpSlots(server);
        _slots.Grown += () => _enough = false;
    }

    /// <summary>A connection of which the server's features are known.</summary>
    internal async Task<FtpLease> LeaseAsync(CancellationToken ct)
    {
        var lease = await LeaseForReadingAsync(ct).ConfigureAwait(false);
        try
        {
            await lease.Session.LearnFeaturesAsync(ct).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>A connection for reading files, of which nothing more need be known.</summary>
    internal async Task<FtpLease> LeaseForReadingAsync(CancellationToken ct)
    {
        while (true)
        {
            await _slots.TakeAsync(ct).ConfigureAwait(false);
            FtpSession? session;
            try
            {
                session = await IdleAsync(ct).ConfigureAwait(false) ?? await OpenAsync(ct).ConfigureAwait(false);
            }
            catch
            {
                _slots.Release();
                throw;
            }

            // Null: the server wants no more. This slot is gone for good; another's connection will serve.
            if (session is not null)
                return new FtpLease(this, session);
        }
    }

    internal void Return(FtpSession session)
    {
        session.SetAside();
        lock (_gate)
        {
            if (session.IsReusable && !_disposed)
                _idle.Push((session, _clock.GetTimestamp()));
            else
                Drop(session);
        }

        // 421 in the middle of work: this slot is gone, the others serve.
        if (!session.WasOneTooMany || !_slots.TryGiveUpOne(() => 0))
            _slots.Release();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out var idle))
                Drop(idle.Session);
        }
    }

    private async Task<FtpSession?> IdleAsync(CancellationToken ct)
    {
        while (TryPop(out var session, out var since))
        {
            var good = false;
            try
            {
                if (session is { IsReusable: true, IsWorn: true })
                    await session.LeaveAsync(ct).ConfigureAwait(false);
                good = session.IsReusable && (_clock.GetElapsedTime(since) < TrustedFor || await session.AnswersAsync(ct).ConfigureAwait(false));
            }
            finally
            {
                if (!good)
                {
                    lock (_gate)
                        Drop(session);
                }
            }

            if (good)
                return session;
        }

        return null;
    }

    private bool TryPop(out FtpSession session, out long since)
    {
        lock (_gate)
        {
            var found = _idle.TryPop(out var idle);
            (session, since) = idle;
            return found;
        }
    }

    private async Task<FtpSession?> OpenAsync(CancellationToken ct)
    {
        if (_proven)
            return await ConnectAsync(ct).ConfigureAwait(false);
        await _first.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_proven)
                return await ConnectAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _first.Release();
        }

        return await IdleAsync(ct).ConfigureAwait(false) ?? await ConnectAsync(ct).ConfigureAwait(false);
    }

    private async Task<FtpSession?> ConnectAsync(CancellationToken ct)
    {
        lock (_gate)
            ObjectDisposedException.ThrowIf(_disposed, this);

        // A refused login is never tried again: some servers lock the account.
        if (_refused is { } refused)
            throw new UnreachableException(refused.Wording, isTransient: false, refused);
        lock (_gate)
            _opening++;
        FtpSession? session = null;
        try
        {
            return session = _enough && Shrink() ? null : await LogInAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _opening--;
                _open += session is null ? 0 : 1;
            }

            _proven |= session is not null;
        }
    }

    private async Task<FtpSession?> LogInAsync(CancellationToken ct)
    {
        var session = await FtpSession.ConnectAsync(_server, ct).ConfigureAwait(false);
        try
        {
            if (await session.LogInAsync(ct).ConfigureAwait(false) is { } full)
            {
                session.Dispose();
                return Shrink() ? null : throw _server.Unreachable($"has no connection left: {full}.");
            }
        }
        catch (UnreachableException e) when (!e.IsTransient)
        {
            session.Dispose();

            // Another connection is in with the same password: it is not the password.
            _enough = Shrink();
            if (_enough)
                return null;
            _refused = e;
            throw;
        }
        catch
        {
            session.Dispose();
            throw;
        }

        return session;
    }

    /// <summary>Makes do with one connection less, where there is another one to wait for.</summary>
    private bool Shrink()
    {
        lock (_gate)
        {
            if (_open == 0)
                return false;
        }

        return _slots.TryGiveUpOne(Others);
    }

    private int Others()
    {
        lock (_gate)
            return Math.Max(1, _open + _opening - 1);
    }

    // The caller holds the gate.
    private void Drop(FtpSession session)
    {
        _open--;
        session.Dispose();
    }
}
