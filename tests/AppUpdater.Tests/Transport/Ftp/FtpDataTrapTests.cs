using System.Net;
using System.Net.Sockets;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Network;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What servers do around the data connection, one by one; docs/ftp-traps.md lists them with all the others.</summary>
public sealed class FtpDataTrapTests
{
    private const int Limit = 60_000;

    private static readonly byte[] Content = [1, 2, 3];

    private static FtpTarget Open(string url) => new(RemoteLocation.Parse(url), TransportTestOptions.Create(connections: 1, patience: 15));

    [Fact(Timeout = Limit)]
    public async Task A_226_long_before_the_last_byte_cuts_nothing_off()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync("150 here\r\n226 done");
            await using var data = await connection.AcceptDataAsync();
            for (var i = 0; i < 10; i++)
            {
                await data.WriteAsync(new byte[100_000], connection.Stopped);
                await Task.Delay(20, connection.Stopped);
            }

            return "";
        }));
        await using var target = Open(server.Url);
        Assert.Equal(1_000_000, (await target.ReadAllAsync("file.bin")).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_file_answered_with_226_at_once_is_empty()
    {
        var asked = 0;
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;

            // The second comes with a NOOP behind it and before its data connection, which this server does without.
            if (Interlocked.Increment(ref asked) == 2)
                return "226 nothing to send";
            await connection.SayAsync("226 nothing to send");
            await connection.SendDataAsync(ReadOnlyMemory<byte>.Empty);
            return "";
        }));
        await using var target = Open(server.Url);
        Assert.Empty(await target.ReadAllAsync("file.bin"));
        Assert.Empty(await target.ReadAllAsync("file.bin"));
        Assert.Equal(3, asked);
        Assert.Equal(1, server.Connections);
    }

    // What EPSV is answered with; {0} is the port, {1},{2} its two bytes.
    [Theory(Timeout = Limit)]
    [InlineData("227 Entering Passive Mode (127,0,0,1,{1},{2}).")]
    [InlineData("227 Entering Passive Mode 127,0,0,1,{1},{2}")]
    [InlineData("227 =127.0.0.1.{1}.{2}")]
    [InlineData("229 Entering Extended Passive Mode (!!!{0}!)")]
    [InlineData("229 Entering Extended Passive Mode (|1|127.0.0.1|{0}|)")]
    public async Task EPSV_may_be_answered_as_PASV_is_and_with_any_delimiter(string reply)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line == "EPSV")
            {
                connection.OpenData();
                var port = connection.DataPort;
                return reply.Replace("{0}", $"{port}", StringComparison.Ordinal).Replace("{1}", $"{port / 256}", StringComparison.Ordinal)
                    .Replace("{2}", $"{port % 256}", StringComparison.Ordinal);
            }

            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync(Content);
            return "226 done";
        }));
        await using var target = Open(server.Url);
        Assert.Equal(Content, await target.ReadAllAsync("file.bin"));
        Assert.Equal(Content, await target.ReadAllAsync("file.bin"));
        Assert.DoesNotContain("PASV", server.Heard);
    }

    [Fact(Timeout = Limit)]
    public async Task Data_goes_to_the_address_that_the_control_connection_reached_and_the_name_is_not_asked_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var connector = new DirectConnector(TimeSpan.FromSeconds(5));
        await using var control = await connector.ConnectAsync("127.0.0.1", port, default);
        await using var data = await connector.ConnectBesideAsync(control, "nobody.invalid", port, "The data port", default);
        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(data.Socket.RemoteEndPoint).Address);
    }
}
