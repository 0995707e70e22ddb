using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AppUpdater.Testing.Ftp;

/// <summary>The control connection: command lines in, replies out. Replies may come from a command and a transfer at once.</summary>
internal sealed class ControlConnection : IDisposable
{
    private const int LongestLine = 8192;

    private readonly Socket _socket;
    private readonly LoopbackFtpServer _server;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _buffer = new byte[LongestLine];
    private Stream _stream;
    private int _filled;

    // The client waits: for the greeting, then for each answer that it did not ask for together with the one before.
    private bool _awaited = true;

    internal ControlConnection(Socket socket, LoopbackFtpServer server)
    {
        (_socket, _server) = (socket, server);
        _socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Names = server.Options.Latin1Names ? Encoding.Latin1 : new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    }

    internal Encoding Names { get; }

    internal IPEndPoint Local => (IPEndPoint)_socket.LocalEndPoint!;

    internal IPAddress Peer => ((IPEndPoint)_socket.RemoteEndPoint!).Address;

    /// <summary>Whether it is encrypted.</summary>
    internal bool IsSecure { get; private set; }

    /// <summary>From here on all is encrypted. What the client sent before the handshake is not heard (RFC 4217, 4; CVE-2011-1575).</summary>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    internal async Task SecureAsync(CancellationToken ct)
    {
        _filled = 0;
        _stream = await _server.Tls!.SecureAsync(_stream, ct).ConfigureAwait(false);
        IsSecure = true;
    }

    /// <summary>The next command line, empty where it was too long; null where the client left.</summary>
    internal async ValueTask<string?> ReadLineAsync(CancellationToken ct)
    {
        var tooLong = false;
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Decode(_buffer.AsSpan(0, end));
                _buffer.AsSpan(end + 1, _filled - end - 1).CopyTo(_buffer);
                _filled -= end + 1;
                return tooLong ? "" : line;
            }

            if (_filled == _buffer.Length)
                (tooLong, _filled) = (true, 0);
            var read = await _stream.ReadAsync(_buffer.AsMemory(_filled), ct).ConfigureAwait(false);
            if (read == 0)
                return null;
            _awaited = true;
            _filled += read;
        }
    }

    /// <summary>Sends one reply, lines separated by <c>\n</c>.</summary>
    internal Task ReplyAsync(string reply, CancellationToken ct) =>
        ReplyRawAsync(reply.Replace("\n", "\r\n", StringComparison.Ordinal), ct);

    /// <summary>Sends a reply as it stands, and CR LF.</summary>
    internal async Task ReplyRawAsync(string reply, CancellationToken ct)
    {
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await WaitLatencyAsync(reply, ct).ConfigureAwait(false);
            await _stream.WriteAsync(Names.GetBytes(reply + "\r\n"), ct).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Ends the conversation; what was sent before still arrives.</summary>
    internal void Close()
    {
        if (_socket.Connected)
            _socket.Shutdown(SocketShutdown.Both);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _sending.Dispose();
    }

    private async Task WaitLatencyAsync(string reply, CancellationToken ct)
    {
        if (_awaited)
        {
            _awaited = false;
            // Nobody waits for a goodbye.
            if (!reply.StartsWith("221", StringComparison.Ordinal))
                _server.CountRoundTrip();
            await Task.Delay(_server.Options.Latency, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Without CR, and without the telnet signals (RFC 854: IAC IP, IAC DM) that clients send before ABOR.</summary>
    private string Decode(Span<byte> line)
    {
        while (!line.IsEmpty && line[0] >= 0xF0)
            line = line[1..];
        return Names.GetString(line).TrimEnd('\r');
    }
}
