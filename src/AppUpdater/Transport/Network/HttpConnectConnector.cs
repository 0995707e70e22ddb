using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Network;

/// <summary>An HTTP proxy with CONNECT (RFC 9110 9.3.6), Basic credentials where dato.ini has some (RFC 7617).</summary>
internal sealed class HttpConnectConnector : ProxyConnector
{
    private const int MaxHeadBytes = 8 * 1024;

    private readonly string _credentials = "";

    /// <exception cref="SettingsException">The user has a colon, which Basic can't carry.</exception>
    internal HttpConnectConnector(ProxySettings proxy, TimeSpan timeout) : base(proxy, timeout)
    {
        if (proxy.User is not { } user)
            return;
        if (user.Contains(':', StringComparison.Ordinal))
            throw new SettingsException("dato.ini: [server] proxy: the user has a colon, which HTTP proxies can't be told.");
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{proxy.Password?.Reveal()}"));
        _credentials = $"Proxy-Authorization: Basic {login}\r\n";
    }

    protected override async Task OpenAsync(NetworkStream stream, string host, int port, string shown, CancellationToken ct)
    {
        var target = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        var request = $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{_credentials}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), ct).ConfigureAwait(false);
        var left = MaxHeadBytes;
        int code;
        do
        {
            var head = await ReadHeadAsync(stream, left, shown, ct).ConfigureAwait(false);
            left -= head.Length;
            code = Code(head) ?? throw Refused(shown, "it does not speak HTTP. Check its port, and whether it is a socks5:// one.");
        }
        while (code is >= 100 and < 200);

        if (code is < 200 or >= 300)
            throw Refusal(shown, code);
    }

    private UnreachableException Refusal(string shown, int code) => code switch
    {
        407 when Settings.User is null => Refused(
            shown, "it wants a user and a password (407). Write [server] proxy = http://user:password@host:port in dato.ini."),
        407 => Refused(shown, "it does not accept user and password of [server] proxy (407), or wants another kind of login than Basic."),
        403 or 405 => Refused(
            shown, $"it is not allowed there ({code}). Have whoever runs the proxy allow CONNECT to this host and port, or name another proxy."),
        502 or 503 or 504 => Failed(shown, code switch { 502 => "no connection (502)", 503 => "not available (503)", _ => "no answer (504)" }),
        _ => Refused(shown, $"it answered {code}.", isTransient: code is 408 or 429 or >= 500),
    };

    /// <summary>Byte by byte: what follows the blank line is the server's greeting already.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadHeadAsync(NetworkStream stream, int limit, string shown, CancellationToken ct)
    {
        var head = new byte[limit];
        for (var count = 1; count <= limit; count++)
        {
            await stream.ReadExactlyAsync(head.AsMemory(count - 1, 1), ct).ConfigureAwait(false);
            if (head.AsSpan(0, count).EndsWith("\r\n\r\n"u8) || head.AsSpan(0, count).EndsWith("\n\n"u8))
                return head.AsMemory(0, count);

            // A server that speaks something else would keep us reading until the time-out.
            if (count == HttpVersion.Length && !head.AsSpan().StartsWith(HttpVersion))
                return head.AsMemory(0, count);
        }

        throw Refused(shown, $"its answer does not end within {MaxHeadBytes >> 10} KiB.");
    }

    private static ReadOnlySpan<byte> HttpVersion => "HTTP/1."u8;

    // HTTP/1.1 200 Connection established
    private static int? Code(ReadOnlyMemory<byte> head)
    {
        var line = head.Span;
        return line.Length > 12 && line.StartsWith(HttpVersion) && line[8] == ' '
            && Utf8Parser.TryParse(line.Slice(9, 3), out int code, out var used) && used == 3 && code >= 100
            ? code
            : null;
    }
}
