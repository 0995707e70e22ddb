using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// How many connections may be in use: as set, less what the server was found to want, and one more again after some minutes. Safe for
/// concurrent use.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Leases still out release the semaphore; unless a wait handle is asked of it, it holds nothing.")]
internal sealed class FtpSlots
{
    /// <summary>A limit that was learned is tried one higher after this time, as lftp does it.</summary>
    private static readonly TimeSpan LimitStandsFor = TimeSpan.FromMinutes(5);

    private readonly FtpServer _server;
    private readonly TransportOptions _options;
    private readonly SemaphoreSlim _free;
    private readonly Lock _gate = new();
    private int _limit;
    private long _since;

    internal FtpSlots(FtpServer server)
    {
        (_server, _options) = (server, server.Options);
        _limit = Math.Min(_options.Connections, _options.Limits.Recall(server.Address, server.User) ?? int.MaxValue);
        _free = new SemaphoreSlim(_limit, _options.Connections);
        _since = _options.Clock.GetTimestamp();
    }

    /// <summary>The server is asked for one connection more than it took some minutes ago.</summary>
    internal event Action? Grown;

    internal Task TakeAsync(CancellationToken ct)
    {
        Grow();
        return _free.WaitAsync(ct);
    }

    internal void Release() => _free.Release();

    /// <summary>Makes do with one less, where there are others to wait for: the caller's slot is gone then, and not to be released.</summary>
    /// <param name="others">How many the server has now, those that are logging in included; 0: it said so to one that was in.</param>
    internal bool TryGiveUpOne(Func<int> others)
    {
        int limit;
        lock (_gate)
        {
            if (_limit == 1)
                return false;
            limit = --_limit;
            _since = _options.Clock.GetTimestamp();

            // In here, so that the last to be refused has the last word.
            var found = others();
            _options.Limits.Learn(_server.Address, _server.User, found == 0 ? limit : Math.Min(found, limit));
        }

        _options.Log.LogInformation("{Server} wants no more connections; going on with at most {Limit}.", _server.Address, limit);
        return true;
    }

    private void Grow()
    {
        lock (_gate)
        {
            if (_limit == _options.Connections || _options.Clock.GetElapsedTime(_since) < LimitStandsFor)
                return;
            _limit++;
            _since = _options.Clock.GetTimestamp();
        }

        Grown?.Invoke();
        _free.Release();
    }
}
