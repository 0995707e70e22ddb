using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace AppUpdater.Testing;

/// <summary>
/// A TCP server on a free port of this machine that says and hears what a script tells it to, byte for byte: for servers that are broken,
/// hostile or rare. The script runs once for each connection, several at once; when it returns, its connection ends. Any protocol of text
/// lines: FTP, HTTP.
/// </summary>
/// <example><code>
/// await using var server = ScriptedServer.Start(async connection =>
/// {
///     await connection.SayAsync("220 ready");
///     await connection.HearAsync();
///     await connection.SayAsync("421 Not today.");
/// });
/// // point the url of dato.ini at ftp://127.0.0.1:{server.Port}/
/// </code></example>
public sealed class ScriptedServer : IAsyncDisposable
{
    private const int LoggedLines = 10_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ScriptedConnection, Task> _script;
    private readonly Queue<string> _heard = new();
    private readonly Task _serving;
    private int _connections;
    private int _disposed;

    private ScriptedServer(Func<ScriptedConnection, Task> script)
    {
        _script = script;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    /// <summary>The port it listens on, at 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Connections accepted since the start.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A copy of the last 10 000 lines heard, those of all connections in the order they came; passwords are not hidden.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard)
                return [.. _heard];
        }
    }

    /// <summary>Starts to serve; it listens when this returns.</summary>
    /// <param name="script">
    /// What is said and heard over one connection. It may end at any time; it is also ended where the client leaves. What else it throws is
    /// told by <see cref="DisposeAsync"/>.
    /// </param>
    public static ScriptedServer Start(Func<ScriptedConnection, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return new ScriptedServer(script);
    }

    /// <summary>Ends all connections and waits for their scripts. A script that threw is told here.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _serving.ConfigureAwait(false);
        _stop.Dispose();
    }

    internal void Log(string line)
    {
        lock (_heard)
        {
            _heard.Enqueue(line);
            if (_heard.Count > LoggedLines)
                _heard.Dequeue();
        }
    }

    private async Task ServeAsync()
    {
        var scripts = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _connections);
                scripts.Add(PlayAsync(socket));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                continue; // told to end, or the peer was gone before it was accepted
            }
        }

        await Task.WhenAll(scripts).ConfigureAwait(false);
    }

    private async Task PlayAsync(Socket socket)
    {
        using var connection = new ScriptedConnection(socket, this, _stop.Token);
        try
        {
            await _script(connection).ConfigureAwait(false);
            connection.Close();
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            return; // the client left, which is what many scripts want of it, or the server was told to end
        }
    }
}
