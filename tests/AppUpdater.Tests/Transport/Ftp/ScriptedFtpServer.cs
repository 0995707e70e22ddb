using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>
/// A server that says what a test tells it to, byte for byte. A script gets one control connection; lines that it reads are logged.
/// </summary>
internal sealed class ScriptedFtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _commands = [];
    private readonly Task _serving;
    private int _connections;

    internal ScriptedFtpServer(Func<ScriptedConnection, Task> script)
    {
        _listener.Start();
        _serving = ServeAsync(script);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal string Url => $"ftp://127.0.0.1:{Port}";

    internal int Connections => Volatile.Read(ref _connections);

    internal IReadOnlyList<string> Commands
    {
        get
        {
            lock (_commands)
                return [.. _commands];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<ScriptedConnection, Task> script)
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                sessions.Add(PlayAsync(client, script));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task PlayAsync(TcpClient client, Func<ScriptedConnection, Task> script)
    {
        using (client)
        {
            try
            {
                using var connection = new ScriptedConnection(client.GetStream(), _commands, _stop.Token);
                await script(connection);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
                // The client left, which is what many of these tests want of it.
                return;
            }
        }
    }
}

/// <summary>One control connection, and a data port where the script wants one.</summary>
internal sealed partial class ScriptedConnection(NetworkStream socket, List<string> commands, CancellationToken stop) : IDisposable
{
    private Stream _stream = socket;
    private StreamReader _reader = new(socket, Encoding.Latin1);
    private TcpListener? _data;

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
        _data?.Dispose();
    }

    internal Task SayAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), stop).AsTask();

    internal async Task<string?> HearAsync()
    {
        var line = await _reader.ReadLineAsync(stop);
        if (line is not null)
        {
            lock (commands)
                commands.Add(line);
        }

        return line;
    }

    internal Task SleepAsync() => Task.Delay(Timeout.InfiniteTimeSpan, stop);

    /// <summary>Greeting and login as vsftpd does them, then the answers, until one of them says null.</summary>
    internal async Task ServeAsync(Func<string, Task<string?>> answer)
    {
        await SayAsync("220 ready");
        await AnswerAsync(answer);
    }

    private async Task AnswerAsync(Func<string, Task<string?>> answer)
    {
        while (await HearAsync() is { } line)
        {
            var usual = line switch
            {
                "USER anonymous" => "230 in",
                "TYPE I" => "200 binary",
                "OPTS UTF8 ON" => "200 always",
                "PWD" => "257 \"/\" is the current directory",
                "FEAT" => "211 none",
                "NOOP" => "200 yes",
                "QUIT" => "221 bye",
                _ => null,
            };
            if (await answer(line) is { } own)
                usual = own;
            else if (usual is null && line == "EPSV")
                usual = OpenData();
            if (usual is null)
                return;
            if (usual.Length > 0)
                await SayAsync(usual);
        }
    }

    internal string OpenData()
    {
        _data = new TcpListener(IPAddress.Loopback, 0);
        _data.Start();
        return $"229 Entering Extended Passive Mode (|||{((IPEndPoint)_data.LocalEndpoint).Port}|)";
    }

    internal int DataPort => ((IPEndPoint)_data!.LocalEndpoint).Port;

    /// <summary>Sends over the data connection and closes it.</summary>
    internal async Task SendDataAsync(byte[] content)
    {
        using var client = await _data!.AcceptTcpClientAsync(stop);
        _data.Dispose();
        await client.GetStream().WriteAsync(content, stop);
    }

    /// <summary>The data connection, for a script that reads from it, or does not.</summary>
    internal Task<TcpClient> AcceptDataAsync() => _data!.AcceptTcpClientAsync(stop).AsTask();

    /// <summary>Sends over the data connection until all is sent or the client has closed it.</summary>
    internal async Task OfferDataAsync(byte[] content)
    {
        try
        {
            await SendDataAsync(content);
        }
        catch (IOException)
        {
            // What an early stop is.
            return;
        }
    }
}
