using System.Text;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport.Network;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Data connections over TLS: who is at the other end, and how they end.</summary>
public sealed class FtpsDataTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly FtpsScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private static async Task<T> FailToReadAsync<T>(IRemoteSource source)
        where T : UpdateException =>
        await Assert.ThrowsAsync<T>(() => source.ReadAllAsync("file.bin"));

    private static async Task<UnreachableException> FailToListAsync(IRemoteSource source) =>
        await Assert.ThrowsAsync<UnreachableException>(() => source.ListAllAsync());

    private ScriptedServer DataServer(string first, string last, Func<ScriptedConnection, Task> send) => ScriptedServer.Start(connection =>
        connection.ServeTlsAsync(_scene.Certificate, async line =>
        {
            if (!line.StartsWith("RETR", StringComparison.Ordinal) && !line.StartsWith("LIST", StringComparison.Ordinal))
                return await FtpsScene.LogIn(line);
            await connection.SayAsync(first);
            await send(connection);
            return last;
        }));

    [Theory(Timeout = Limit)]
    [InlineData("150 go (3 bytes)", "CloseNotify", null)]
    [InlineData("150 go", "CloseNotify", null)]
    [InlineData("150 go (3 bytes)", "Cut", null)]
    [InlineData("150 go (4 bytes)", "Cut", "having announced 4 bytes")]
    [InlineData("150 go (4 bytes)", "CloseNotify", "having announced 4 bytes")]
    [InlineData("150 go", "Cut", "close_notify")]
    public async Task A_download_without_a_goodbye_counts_only_where_its_size_is_right(string first, string end, string? told)
    {
        await using var server = DataServer(first, "226 done", async connection =>
            await connection.SendDataAsync([1, 2, 3], _scene.Certificate, Enum.Parse<DataEnd>(end)));
        await using var source = _scene.Open(server);
        if (told is null)
            Assert.Equal([1, 2, 3], await source.ReadAllAsync("file.bin"));
        else
            Assert.Contains(told, (await FailToReadAsync<UnreachableException>(source)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_listing_without_a_goodbye_may_be_cut_and_does_not_count()
    {
        var listing = Encoding.ASCII.GetBytes("-rw-r--r-- 1 u g 5 Jan 05  2024 a\r\n");
        await using var server = DataServer("150 here", "226 done", async connection => await connection.SendDataAsync(listing, _scene.Certificate, DataEnd.Cut));
        await using var source = _scene.Open(server);
        Assert.Contains("cut short", (await FailToListAsync(source)).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_data_connection_with_another_certificate_is_not_trusted()
    {
        using var other = new TestAuthority();
        var certificate = other.Issue("127.0.0.1");
        await using var server = DataServer("150 go (3 bytes)", "226 done", async connection =>
            await connection.SendDataAsync([1, 2, 3], certificate, DataEnd.CloseNotify));
        await using var source = _scene.Open(server);
        await FailToReadAsync<UntrustedException>(source);
    }

    [Theory(Timeout = Limit)]
    [InlineData("522 session reuse required", TlsVersion.Tls12)]
    [InlineData("425 Unable to build data connection: Operation not permitted", TlsVersion.Tls13)]
    public async Task A_data_connection_that_the_server_refuses_is_told_and_its_control_connection_dropped(string reply, object tls)
    {
        await using var server = DataServer("150 go", reply, connection => connection.RefuseDataAsync());
        await using var source = _scene.Open(server, _scene.Settings with { Tls = (TlsVersion)tls });
        var failure = await FailToReadAsync<UnreachableException>(source);
        Assert.True(failure.IsTransient);
        Assert.Contains(reply[..3], failure.Message, StringComparison.Ordinal);
        Assert.Contains((TlsVersion)tls == TlsVersion.Tls13 ? "tls = 1.2" : "resume", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(await source.StatAsync(FtpsScene.SomeFile, default));
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task An_upload_ends_with_a_goodbye_also_where_it_is_empty()
    {
        var taken = new List<byte[]>();
        await using var server = ScriptedServer.Start(connection => connection.ServeTlsAsync(_scene.Certificate, async line =>
        {
            if (!line.StartsWith("STOR", StringComparison.Ordinal))
                return await FtpsScene.LogIn(line);
            await connection.SayAsync("150 go");
            taken.Add(await connection.TakeDataAsync(_scene.Certificate));
            return "226 done";
        }));
        using var there = new FtpServer(RemoteLocation.Parse($"ftps://127.0.0.1:{server.Port}"), TransportTestOptions.Create(server: _scene.Settings));
        using var control = await FtpControl.ConnectAsync(there, default);
        foreach (var content in new byte[][] { [], [1, 2, 3], new byte[100_000] })
        {
            await using var data = await FtpPassive.OpenAsync(control, there, null, default);
            var exchange = await control.SendTransferAsync(new FtpCommand("STOR", "/x"), default);
            await data.SecureAsync(default);
            await data.Stream.WriteAsync(content);
            await data.EndWritingAsync(default);
            Assert.Equal(226, (await exchange.Final).Code);
            Assert.Equal(content, taken[^1]);
        }
    }
}
