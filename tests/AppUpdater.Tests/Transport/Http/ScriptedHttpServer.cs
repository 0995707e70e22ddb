using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AppUpdater.Tests.Transport.Http;

/// <summary>
/// A server that answers what a test tells it to, byte for byte, on connections that stay open until the script says otherwise. Heads of
/// requests are kept.
/// </summary>
internal sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _heads = [];
    private readonly Task _serving;
    private int _connections;

    internal ScriptedHttpServer(Func<ScriptedRequest, Task> script)
    {
        _listener.Start();
        _serving = ServeAsync(script);
    }

    /// <summary>The same answer to whatever is asked.</summary>
    internal ScriptedHttpServer(string answer)
        : this(request => request.SayAsync(answer))
    {
    }

    internal string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>What came up to each empty line, in order.</summary>
    internal IReadOnlyList<string> Heads
    {
        get
        {
            lock (_heads)
                return [.. _heads];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<ScriptedRequest, Task> script)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                connections.Add(PlayAsync(client, script));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PlayAsync(TcpClient client, Func<ScriptedRequest, Task> script)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                while (await HearAsync(reader) is { } head)
                {
                    var request = new ScriptedRequest(client, head, _stop.Token);
                    await script(request);
                    if (request.IsLast)
                        return;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client left, which is what many of these tests want of it.
                return;
            }
        }
    }

    private async Task<string?> HearAsync(StreamReader reader)
    {
        var head = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.Length > 0)
            {
                head.Append(line).Append('\n');
                continue;
            }

            lock (_heads)
                _heads.Add(head.ToString());
            return head.ToString();
        }

        return null;
    }
}

/// <summary>One request, and the way to answer it.</summary>
internal sealed class ScriptedRequest(TcpClient client, string head, CancellationToken stop)
{
    /// <summary>GET, HEAD.</summary>
    internal string Method => head.Split(' ')[0];

    /// <summary>As sent: /app/x%20y.</summary>
    internal string Target => head.Split(' ')[1];

    internal bool IsLast { get; private set; }

    internal string? this[string header] => head.Split('\n').Skip(1).Where(line => line.StartsWith(header + ": ", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(header.Length + 2)..]).FirstOrDefault();

    internal Task SayAsync(string text) => client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), stop).AsTask();

    /// <summary>Ends the connection after this answer.</summary>
    internal Task SayLastAsync(string text)
    {
        IsLast = true;
        return SayAsync(text);
    }

    internal Task SleepAsync(TimeSpan? time = null) => Task.Delay(time ?? Timeout.InfiniteTimeSpan, stop);

    /// <summary>Headers and body with their length; a HEAD gets the headers alone.</summary>
    internal Task AnswerAsync(string status, string headers, string body) =>
        SayAsync($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n{headers}\r\n{(Method == "HEAD" ? "" : body)}");
}
