using System.Security.Cryptography;
using System.Text;

namespace AppUpdater.Transport;

/// <summary>
/// How many connections a server was found to take from a user, for all sources of the process and, with a file, for later runs. An entry is
/// good for a day, so that a limit can grow back. Safe for concurrent use.
/// </summary>
/// <param name="clock">Tells how old an entry is.</param>
/// <param name="file">Null: remembered in this process only.</param>
internal sealed class ServerLimits(TimeProvider clock, ServerLimitsFile? file = null)
{
    internal const int MostServers = 50;

    private static readonly TimeSpan GoodFor = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private Dictionary<string, ServerLimit>? _limits;

    /// <summary>The limit of a server, 1 to 64; null where none is known.</summary>
    internal int? Recall(string address, string user)
    {
        lock (_gate)
            return Known().TryGetValue(Key(address, user), out var limit) ? limit.Connections : null;
    }

    /// <param name="address">host:port.</param>
    /// <param name="user">Stored as a hash.</param>
    /// <param name="connections">How many the server took.</param>
    internal void Learn(string address, string user, int connections)
    {
        lock (_gate)
        {
            var known = Known();
            var key = Key(address, user);
            known.Remove(key);
            while (known.Count >= MostServers)
                known.Remove(known.MinBy(limit => limit.Value.Learned).Key);
            known[key] = new ServerLimit(connections, clock.GetUtcNow());
            file?.Write(known);
        }
    }

    private Dictionary<string, ServerLimit> Known()
    {
        _limits ??= file?.Read() ?? [];

        // From the future: the clock was wrong, then or now.
        var now = clock.GetUtcNow();
        foreach (var (key, limit) in _limits)
        {
            if (limit.Learned > now || now - limit.Learned > GoodFor)
                _limits.Remove(key);
        }

        return _limits;
    }

    private static string Key(string address, string user) =>
        $"{address}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)).AsSpan(0, 8))}";
}

/// <summary>A limit and when it was found.</summary>
internal sealed record ServerLimit(int Connections, DateTimeOffset Learned);
