using System.Net;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// The names that control connections hand to their TLS handshakes. On Linux .NET keeps one TLS session per name, as spelled, for the whole
/// process, and none for an address; servers take on a data connection only the session of its own control connection. So each control
/// connection gets a spelling of the host that no other has: DNS and the server do not care about the case of letters (RFC 6066 3). An
/// address, and a host with too few letters, gets a made-up name; the certificate is checked against the real host in any case.
/// Safe for concurrent use.
/// </summary>
internal sealed class FtpTlsNames
{
    /// <summary>
    /// So many spellings of a host are used before one is used again, the longest unused first: .NET keeps 500 sessions, the one of a
    /// connection just closed may still be written to.
    /// </summary>
    private const int Fresh = 128;

    /// <summary>Ends with what no DNS server knows (RFC 2606 2).</summary>
    private const string MadeUp = "appupdater-ftp-server.invalid";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Spellings> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One for the process, as the sessions that .NET keeps.</summary>
    internal static FtpTlsNames OfProcess { get; } = new();

    /// <summary>A name for one control connection and its data connections, until it is given back.</summary>
    internal string Rent(string host)
    {
        lock (_gate)
            return (IPAddress.TryParse(host, out _) ? null : Of(host).Next()) ?? Of(MadeUp).Next()!;
    }

    /// <summary>Once the control connection and its last data connection are closed.</summary>
    internal void Return(string name)
    {
        lock (_gate)
            Of(name).Free.Enqueue(name);
    }

    private Spellings Of(string host)
    {
        if (!_hosts.TryGetValue(host, out var spellings))
            _hosts.Add(host, spellings = new Spellings(host));
        return spellings;
    }

    private sealed class Spellings(string host)
    {
        private readonly int[] _letters = [.. Enumerable.Range(0, host.Length).Where(at => char.IsAsciiLetter(host[at])).Take(30)];
        private int _used;

        internal Queue<string> Free { get; } = new();

        /// <summary>The host as it is written comes first. Null where all are in use.</summary>
        internal string? Next()
        {
            var all = 1L << _letters.Length;
            if (_used < Math.Min(Fresh, all))
                return Spell(_used++);
            if (Free.TryDequeue(out var free))
                return free;
            return _used < all ? Spell(_used++) : null;
        }

        // Each bit of the number turns a letter's case.
        private string Spell(int number)
        {
            var spelled = host.ToCharArray();
            for (var bit = 0; bit < _letters.Length; bit++)
            {
                if ((number >> bit & 1) == 1)
                    spelled[_letters[bit]] = (char)(spelled[_letters[bit]] ^ 0x20);
            }

            return new string(spelled);
        }
    }
}
