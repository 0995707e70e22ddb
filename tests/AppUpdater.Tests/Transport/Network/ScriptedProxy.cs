using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AppUpdater.Tests.Transport.Network;

/// <summary>A proxy that does with each connection what a test says. What clients asked for is kept.</summary>
internal sealed class ScriptedProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _asked = [];
    private readonly Task _serving;

    internal ScriptedProxy(Func<ScriptedProxy, NetworkStream, Task> script)
    {
        _listener.Start();
        _serving = ServeAsync(script);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where host names lead; the proxy is who resolves them.</summary>
    internal Func<string, int, (IPAddress Address, int Port)> Resolve { get; set; } = (_, port) => (IPAddress.Loopback, port);

    /// <summary>Ports that the HTTP proxy connects to; the others get 403.</summary>
    internal Func<int, bool> Allow { get; set; } = _ => true;

    internal CancellationToken Stop => _stop.Token;

    internal IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    /// <summary>An HTTP proxy that connects; <paramref name="head"/> goes out in one write with the server's first bytes where it can.</summary>
    internal static ScriptedProxy Http(string head = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n") => new(async (proxy, client) =>
    {
        var asked = await proxy.ReadHeadAsync(client);
        var target = asked.Split(' ')[1];
        var colon = target.LastIndexOf(':');
        var port = int.Parse(target[(colon + 1)..], null);
        if (proxy.Allow(port))
            await proxy.RelayAsync(client, target[..colon], port, Encoding.ASCII.GetBytes(head));
        else
            await client.WriteAsync("HTTP/1.1 403 Forbidden\r\n\r\n"u8.ToArray(), proxy.Stop);
    });

    /// <summary>A SOCKS 5 proxy that connects, with the method it picks: 0, or 2 for a login that is always right.</summary>
    internal static ScriptedProxy Socks(byte method = 0) => new(async (proxy, client) =>
    {
        var hello = await proxy.ReadAsync(client, 2);
        var methods = await proxy.ReadAsync(client, hello[1]);
        proxy.Note($"methods {Convert.ToHexString(methods)}");
        await client.WriteAsync(new byte[] { 5, method }, proxy.Stop);
        if (method == 2)
        {
            var user = await proxy.ReadAsync(client, (await proxy.ReadAsync(client, 2))[1]);
            var password = await proxy.ReadAsync(client, (await proxy.ReadAsync(client, 1))[0]);
            proxy.Note($"login {Encoding.UTF8.GetString(user)}:{Encoding.UTF8.GetString(password)}");
            await client.WriteAsync(new byte[] { 1, 0 }, proxy.Stop);
        }

        var (kind, host, port) = await proxy.ReadTargetAsync(client);
        proxy.Note($"{kind} {host}:{port}");
        await proxy.RelayAsync(client, host, port, [5, 0, 0, 1, 127, 0, 0, 1, 1, 2]);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    internal void Note(string text)
    {
        lock (_asked)
            _asked.Add(text);
    }

    internal async Task<byte[]> ReadAsync(NetworkStream client, int count)
    {
        var bytes = new byte[count];
        await client.ReadExactlyAsync(bytes, Stop);
        return bytes;
    }

    internal async Task<string> ReadHeadAsync(NetworkStream client)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(client, 1))[0]);
        Note(head.ToString());
        return head.ToString();
    }

    internal async Task<(byte Kind, string Host, int Port)> ReadTargetAsync(NetworkStream client)
    {
        var kind = (await ReadAsync(client, 4))[3];
        var length = kind switch { 1 => 4, 4 => 16, _ => (await ReadAsync(client, 1))[0] };
        var bytes = await ReadAsync(client, length);
        var host = kind == 3 ? Encoding.ASCII.GetString(bytes) : new IPAddress(bytes).ToString();
        return (kind, host, BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(client, 2)));
    }

    private async Task RelayAsync(NetworkStream client, string host, int port, byte[] yes)
    {
        var (address, real) = Resolve(host, port);
        using var server = new TcpClient(address.AddressFamily);
        await server.ConnectAsync(address, real, Stop);
        var remote = server.GetStream();

        // The server's greeting may stand in the same packet as the proxy's answer.
        var first = new byte[1024];
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        soon.CancelAfter(20);
        var count = 0;
        try
        {
            count = await remote.ReadAsync(first, soon.Token);
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            // It is the client's turn there.
        }

        await client.WriteAsync((byte[])[.. yes, .. first.AsSpan(0, count)], Stop);
        await Task.WhenAny(client.CopyToAsync(remote, Stop), remote.CopyToAsync(client, Stop));
    }

    private async Task ServeAsync(Func<ScriptedProxy, NetworkStream, Task> script)
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
                sessions.Add(PlayAsync(await _listener.AcceptTcpClientAsync(Stop), script));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task PlayAsync(TcpClient client, Func<ScriptedProxy, NetworkStream, Task> script)
    {
        using (client)
        {
            try
            {
                await script(this, client.GetStream());
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client left, or the test ended.
                return;
            }
        }
    }
}
