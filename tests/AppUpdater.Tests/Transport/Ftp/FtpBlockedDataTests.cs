using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport.Network;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Network;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>A server that answers and whose data ports do not, told apart from one that does not answer.</summary>
public sealed class FtpBlockedDataTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _temp = new();

    // Bound and not listening: connections to them are refused, and nobody else gets them meanwhile.
    private readonly Socket _closed = Bound();
    private readonly Socket _closedToo = Bound();

    public void Dispose()
    {
        _closed.Dispose();
        _closedToo.Dispose();
        _temp.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static string Passive(int port) => $"227 Entering Passive Mode (10,0,0,1,{port / 256},{port % 256})";

    private static string Extended(int port) => $"229 Entering (|||{port}|)";

    private static ScriptedServer Server(string? epsv, string? pasv) => ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
    {
        if (line.StartsWith("RETR", StringComparison.Ordinal))
        {
            await connection.SayAsync("150 here");
            await connection.SendDataAsync("hello"u8.ToArray());
            return "226 done";
        }

        return line switch
        {
            "EPSV" => epsv,
            "PASV" => pasv ?? Passive(OpenPort(connection)),
            _ => null,
        };
    }));

    private static int OpenPort(ScriptedConnection connection)
    {
        connection.OpenData();
        return connection.DataPort;
    }

    private static async Task<UnreachableException> FailureAsync(FtpSource source) =>
        await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file.bin"));

    [Fact(Timeout = Limit)]
    public async Task Refused_data_ports_are_named_with_the_rule_that_a_firewall_needs()
    {
        await using var server = Server(Extended(PortOf(_closed)), Passive(PortOf(_closedToo)));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create());

        var failure = await FailureAsync(source);

        Assert.StartsWith(
            $"127.0.0.1:{server.Port} answers, but its data ports {PortOf(_closed)} (EPSV: refused) and {PortOf(_closedToo)} (PASV: refused) do not: "
            + "a firewall between blocks passive connections.",
            failure.Message, StringComparison.Ordinal);
        foreach (var name in (string[])["pasv_min_port", "pasv_max_port", "PassivePorts in ProFTPD", "-p in Pure-FTPd"])
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_without_EPSV_is_told_its_one_port()
    {
        await using var server = Server("502 no", Passive(PortOf(_closed)));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create());
        Assert.Contains($"its data port {PortOf(_closed)} (PASV: refused) does not:", (await FailureAsync(source)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_port_of_EPSV_that_is_blocked_gives_way_to_PASV_for_good()
    {
        await using var server = Server(Extended(PortOf(_closed)), pasv: null);
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create());

        Assert.Equal("hello", Encoding.ASCII.GetString(await source.ReadAllAsync("file.bin")));
        Assert.Equal("hello", Encoding.ASCII.GetString(await source.ReadAllAsync("file.bin")));

        Assert.Equal(1, server.Heard.Count(command => command == "EPSV"));
        Assert.Equal(2, server.Heard.Count(command => command == "PASV"));
    }

    [Fact(Timeout = Limit)]
    public async Task Black_holed_data_ports_are_given_up_after_the_time_out_and_told_as_such()
    {
        _temp.Write("file.bin", "hello");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var options = TransportTestOptions.Create() with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        var holed = new FtpServer(RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}"), options) { Connector = new BlackHole(options.ConnectTimeout) };
        using var session = await FtpSession.ConnectAsync(holed, default);
        Assert.Null(await session.LogInAsync(default));

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => session.OpenReadAsync("/file.bin", FtpSpan.Whole, default));

        Assert.Contains("(EPSV: no answer) and ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("(PASV: no answer) do not: a firewall between", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["EPSV", "PASV"], server.Commands.Where(command => command is "EPSV" or "PASV"));
        Assert.True(session.IsReusable);
    }

    [Fact(Timeout = Limit)]
    public async Task After_data_went_through_once_a_port_that_does_not_open_is_a_passing_trouble()
    {
        var port = 0;
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (!line.StartsWith("RETR", StringComparison.Ordinal))
                return line == "PASV" ? Passive(port == 0 ? OpenPort(connection) : port) : line == "EPSV" ? "500 no" : null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync("hello"u8.ToArray());
            return "226 done";
        }));
        await using var source = new FtpSource(RemoteLocation.Parse(server.Url), TransportTestOptions.Create());
        await source.ReadAllAsync("file.bin");
        port = PortOf(_closed);

        var failure = await FailureAsync(source);

        Assert.True(failure.IsTransient);
        Assert.StartsWith($"The data port {port} of 127.0.0.1:{server.Port} can't be reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_blocked_control_port_has_another_message()
    {
        await using var source = new FtpSource(RemoteLocation.Parse($"ftp://127.0.0.1:{PortOf(_closed)}"), TransportTestOptions.Create());
        var failure = await FailureAsync(source);
        Assert.StartsWith($"127.0.0.1:{PortOf(_closed)} can't be reached", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("passive", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_that_allows_the_control_port_alone_is_named()
    {
        _temp.Write("file.bin", "hello");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var proxy = ScriptedProxy.Http();
        proxy.Allow = port => port == server.Port;
        var settings = new ServerSettings { Url = "x", Proxy = new ProxySettings(ProxyKind.HttpConnect, "127.0.0.1", proxy.Port) };
        await using var source = new FtpSource(
            RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}"), TransportTestOptions.Create(server: settings));

        var failure = await FailureAsync(source);

        Assert.StartsWith($"127.0.0.1:{server.Port} answers, but its data ports ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"which the proxy http://127.0.0.1:{proxy.Port} of [server] proxy must let through", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pasv_min_port", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets the control connection through; what follows meets a firewall that drops it.</summary>
    private sealed class BlackHole(TimeSpan timeout) : IConnector
    {
        private readonly DirectConnector _direct = new(timeout);

        public Task<NetworkStream> ConnectAsync(string host, int port, CancellationToken ct) => _direct.ConnectAsync(host, port, ct);

        public async Task<NetworkStream> ConnectBesideAsync(NetworkStream first, string host, int port, string shown, CancellationToken ct)
        {
            await Task.Delay(timeout, ct);
            throw new UnreachableException($"{shown} did not take the connection.", new OperationCanceledException());
        }
    }
}
