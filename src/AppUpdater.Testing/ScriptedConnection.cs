using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AppUpdater.Testing;

/// <summary>
/// One connection of a <see cref="ScriptedServer"/>, and the data port that an FTP script may open beside it. Text is Latin-1: each
/// character of a string is one byte. For one script at a time, which owns it no longer than it runs.
/// </summary>
public sealed class ScriptedConnection : IDisposable
{
    private const int LongestLine = 64 * 1024;

    private readonly Socket _socket;
    private readonly ScriptedServer _server;
    private readonly byte[] _buffer = new byte[LongestLine];
    private Stream _stream;
    private TcpListener? _data;
    private int _start;
    private int _end;

    internal ScriptedConnection(Socket socket, ScriptedServer server, CancellationToken stop)
    {
        (_socket, _server, Stopped) = (socket, server, stop);
        _socket.NoDelay = true;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Cancelled when the server is told to end: for waits of the script's own.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>The port that <see cref="OpenData"/> opened.</summary>
    /// <exception cref="InvalidOperationException">None is open.</exception>
    public int DataPort => ((IPEndPoint)Listening.LocalEndpoint).Port;

    private TcpListener Listening => _data ?? throw new InvalidOperationException("The script opened no data port.");

    /// <summary>Sends text and CR LF.</summary>
    public Task SayAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text + "\r\n"));

    /// <summary>Sends bytes as they are.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes, Stopped).AsTask();

    /// <summary>The next line without its CR LF, which is also kept in <see cref="ScriptedServer.Heard"/>; null where the client left.</summary>
    /// <exception cref="IOException">The line is longer than 64 KiB, or the connection broke.</exception>
    public async Task<string?> HearAsync()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, length).TrimEnd('\r');
                _start += length + 1;
                _server.Log(line);
                return line;
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _buffer.Length)
                throw new IOException("The client sent a line longer than 64 KiB.");
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), Stopped).ConfigureAwait(false);
            if (read == 0)
                return null;
            _end += read;
        }
    }

    /// <summary>The lines of an HTTP request up to the empty one; none where the client left.</summary>
    public async Task<IReadOnlyList<string>> HearRequestAsync()
    {
        var lines = new List<string>();
        while (await HearAsync().ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0)
                return lines;
            lines.Add(line);
        }

        return [];
    }

    /// <summary>Says and hears nothing for so long; without a time, until the server is told to end.</summary>
    public Task SleepAsync(TimeSpan? time = null) => Task.Delay(time ?? Timeout.InfiniteTimeSpan, Stopped);

    /// <summary>Does a TLS handshake as the server, and goes on encrypted. What the client sent before is not heard.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">It failed, or the client refused the certificate; ends the script quietly.</exception>
    public async Task StartTlsAsync(X509Certificate2 certificate)
    {
        (_start, _end) = (0, 0);
        _stream = await SecureAsync(_stream, certificate).ConfigureAwait(false);
    }

    /// <summary>Ends the connection; what was said before arrives. Nothing is said of the end under TLS (no close_notify).</summary>
    public void Close()
    {
        if (_socket.Connected)
            _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends the connection with a reset (RST): what was said before may be lost.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>Opens a port for one data connection.</summary>
    /// <returns>The reply to EPSV that names it.</returns>
    public string OpenData()
    {
        _data?.Dispose();
        _data = new TcpListener(IPAddress.Loopback, 0);
        _data.Start();
        return $"229 Entering Extended Passive Mode (|||{DataPort}|)";
    }

    /// <summary>Takes the data connection, for the script to do as it likes with; the caller disposes it.</summary>
    /// <param name="certificate">For TLS on it; null sends in the clear.</param>
    public async Task<Stream> AcceptDataAsync(X509Certificate2? certificate = null)
    {
        var socket = await Listening.AcceptSocketAsync(Stopped).ConfigureAwait(false);
        Listening.Dispose();
        var stream = new NetworkStream(socket, ownsSocket: true);
        return certificate is null ? stream : await SecureAsync(stream, certificate).ConfigureAwait(false);
    }

    /// <summary>Takes the data connection, sends these bytes over it and closes it.</summary>
    public async Task SendDataAsync(ReadOnlyMemory<byte> content)
    {
        var data = await AcceptDataAsync().ConfigureAwait(false);
        await using (data.ConfigureAwait(false))
            await data.WriteAsync(content, Stopped).ConfigureAwait(false);
    }

    /// <summary>
    /// Plays an FTP server as vsftpd is: greeting, anonymous login and what follows it are answered, EPSV opens a data port. Each command is
    /// shown to <paramref name="answer"/> first: null leaves it to this script and ends the connection where it does not know it either; an
    /// empty text says nothing.
    /// </summary>
    public async Task ServeFtpAsync(Func<string, Task<string?>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        await SayAsync("220 ready").ConfigureAwait(false);
        await AnswerFtpAsync(answer).ConfigureAwait(false);
    }

    /// <summary>As <see cref="ServeFtpAsync"/>, without the greeting: for what comes after a script's own beginning.</summary>
    public async Task AnswerFtpAsync(Func<string, Task<string?>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        while (await HearAsync().ConfigureAwait(false) is { } line)
        {
            var reply = await answer(line).ConfigureAwait(false) ?? Usual(line);
            if (reply is null)
                return;
            if (reply.Length > 0)
                await SayAsync(reply).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _data?.Dispose();
    }

    private string? Usual(string line) => line switch
    {
        "USER anonymous" => "230 in",
        "PASS anonymous@" => "230 in already",
        "TYPE I" => "200 binary",
        "OPTS UTF8 ON" => "200 always",
        "PWD" => "257 \"/\" is the current directory",
        "FEAT" => "211 none",
        "NOOP" => "200 yes",
        "QUIT" => "221 bye",
        "EPSV" => OpenData(),
        _ => null,
    };

    private async Task<Stream> SecureAsync(Stream inner, X509Certificate2 certificate)
    {
        var secure = new SslStream(inner);
        try
        {
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Stopped).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
