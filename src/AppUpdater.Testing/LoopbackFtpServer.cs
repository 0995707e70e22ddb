using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Testing.Ftp;

namespace AppUpdater.Testing;

/// <summary>
/// An FTP server over a real folder, in this process, on a free port of this machine, with faults on request: what an app that updates
/// itself is tested against. FTP and FTPS in passive mode (RFC 959, 2428, 3659, 4217), binary transfers. Serves nothing outside its folder.
/// Safe for concurrent use.
/// </summary>
/// <example><code>
/// await using var server = LoopbackFtpServer.Start("published");
/// server.Faults.CutAfter("app.dll", bytes: 100_000);
/// // point the url of dato.ini at server.Url, update, and look at server.Commands
/// </code></example>
public sealed class LoopbackFtpServer : IAsyncDisposable
{
    private const int LoggedCommands = 10_000;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Queue<string> _commands = new();
    private readonly HashSet<Task> _sessions = [];
    private readonly Task _accepting;
    private readonly X509Certificate2? _ownCertificate;
    private long _commandsReceived;
    private long _bytesSent;
    private long _connections;
    private long _roundTrips;
    private int _open;
    private int _disposed;

    private LoopbackFtpServer(string folder, FtpServerOptions options)
    {
        Options = options;
        Folder = new ServedFolder(folder);
        Pace = new Pace(options.Rate);
        if (options.Tls != FtpTlsMode.None)
        {
            var certificate = options.Certificate ?? (_ownCertificate = LoopbackCertificate.Create());
            Fingerprint = LoopbackCertificate.Fingerprint(certificate);
            Tls = new ServerTls(this, certificate);
        }

        _listener = new TcpListener(options.Address, options.Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        var host = options.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : options.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : options.Address;
        Url = new UriBuilder(SchemeOf(options.Tls), host.ToString(), Port).Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Where it is, without user and password: <c>ftp://127.0.0.1:2121/</c>; with TLS <c>ftps://</c> or <c>ftps+implicit://</c>.</summary>
    public Uri Url { get; }

    /// <summary>The SHA-256 of the certificate it shows, 64 hex digits, for <c>fingerprint</c> in dato.ini. Null without TLS.</summary>
    public string? Fingerprint { get; }

    /// <summary>What goes wrong.</summary>
    public FtpFaults Faults { get; } = new();

    /// <summary>Commands received on all connections since the start.</summary>
    public long CommandsReceived => Interlocked.Read(ref _commandsReceived);

    /// <summary>Bytes sent over data connections since the start, listings included.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Control connections accepted since the start, those refused with 421 included.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>
    /// How often clients had to wait for an answer from here since the start: one for each connection with its greeting, one for commands
    /// sent together, one for each data connection, and for each TLS handshake as many as it takes: with TLS 1.2 two, or one where the
    /// session is resumed; with TLS 1.3 one.
    /// </summary>
    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    /// <summary>A copy of the last 10 000 commands of all connections, in the order received; passwords are shown as <c>***</c>.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (_gate)
                return [.. _commands];
        }
    }

    internal FtpServerOptions Options { get; }

    internal ServedFolder Folder { get; }

    internal Pace Pace { get; }

    /// <summary>Null for plain FTP.</summary>
    internal ServerTls? Tls { get; }

    /// <summary>Starts to serve; it listens when this returns.</summary>
    /// <param name="folder">The folder served; it must exist.</param>
    /// <param name="options">Null: anonymous, anything may be read and written, any free port.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="SocketException">The port is taken or not allowed.</exception>
    public static LoopbackFtpServer Start(string folder, FtpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder to serve, {folder}, does not exist.");
        return new LoopbackFtpServer(folder, options ?? new FtpServerOptions());
    }

    /// <summary>Closes all connections and waits for their ends. A hook of <see cref="Faults"/> that threw is told here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] sessions;
        lock (_gate)
            sessions = [.. _sessions];
        await Task.WhenAll(sessions).ConfigureAwait(false);
        _ownCertificate?.Dispose();
        _stop.Dispose();
    }

    private static string SchemeOf(FtpTlsMode mode) => mode switch
    {
        FtpTlsMode.Explicit => "ftps",
        FtpTlsMode.Implicit => "ftps+implicit",
        _ => "ftp",
    };

    internal void CountRoundTrip() => Interlocked.Increment(ref _roundTrips);

    internal void CountSent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    internal void Log(string command)
    {
        Interlocked.Increment(ref _commandsReceived);
        lock (_gate)
        {
            _commands.Enqueue(command);
            if (_commands.Count > LoggedCommands)
                _commands.Dequeue();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                continue; // the peer was gone before it was accepted
            }

            Interlocked.Increment(ref _connections);
            Begin(socket);
        }
    }

    private void Begin(Socket socket)
    {
        var session = ServeAsync(socket);
        lock (_gate)
        {
            _sessions.RemoveWhere(task => task.IsCompletedSuccessfully);
            _sessions.Add(session);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var open = Interlocked.Increment(ref _open);
        try
        {
            using var control = new ControlConnection(socket, this);
            try
            {
                if (Options.Tls == FtpTlsMode.Implicit)
                    await control.SecureAsync(_stop.Token).ConfigureAwait(false);
                if (open > Options.MaxConnections)
                    await control.ReplyAsync("421 There are too many connected users, please try later.", _stop.Token).ConfigureAwait(false);
                else
                    await new FtpSession(this, control).RunAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is IOException or SocketException or AuthenticationException or OperationCanceledException)
            {
                return; // the client left, or the server was told to stop
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
