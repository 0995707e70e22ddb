using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Network;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Each time-out runs out where it should, and does not where the server is only slow.</summary>
public sealed class FtpTimeoutTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(400);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static FtpTarget Open(string url, int patience) => new(RemoteLocation.Parse(url), TransportTestOptions.Create(patience: patience));

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_nobody_takes_is_given_up_in_time()
    {
        // A full backlog: the system answers no further connection.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var end = (IPEndPoint)listener.LocalEndPoint!;
        var connector = new DirectConnector(TimeSpan.FromSeconds(1));
        var taken = new List<NetworkStream>();
        var watch = new Stopwatch();
        var failure = await Assert.ThrowsAsync<UnreachableException>(async () =>
        {
            while (taken.Count < 100)
            {
                watch.Restart();
                taken.Add(await connector.ConnectAsync("127.0.0.1", end.Port, default));
            }
        });
        Assert.Contains($"127.0.0.1:{end.Port} did not take the connection within 1 s", failure.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
        Assert.NotEmpty(taken);
        foreach (var stream in taken)
            await stream.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_reply_may_be_slow_and_not_absent()
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open($"{server.Url}", patience: 2);
        server.Faults.OnCommand = line => line.StartsWith("MLST", StringComparison.Ordinal) ? FaultAction.Delay(Slow) : null;
        Assert.NotNull(await target.StatAsync(RelativePath.Parse("file"), default));
        server.Faults.OnCommand = line => line.StartsWith("MLST", StringComparison.Ordinal) ? FaultAction.Ignore() : null;
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.StatAsync(RelativePath.Parse("file"), default));
        Assert.Contains("did not answer MLST /file within 2 s", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_may_come_slowly_and_not_stop(bool stops)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync("150 here");
            using (var data = await connection.AcceptDataAsync())
            {
                for (var i = 0; i < 4; i++)
                {
                    await data.WriteAsync(new byte[10]);
                    await Task.Delay(Slow);
                }

                if (stops)
                    await connection.SleepAsync();
            }

            return "226 done";
        }));
        await using var target = Open(server.Url, patience: stops ? 1 : 5);
        if (stops)
            Assert.Contains("nothing more", (await Assert.ThrowsAsync<UnreachableException>(() => target.ReadAllAsync("file.bin"))).Message, StringComparison.Ordinal);
        else
            Assert.Equal(40, (await target.ReadAllAsync("file.bin")).Length);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_may_be_taken_slowly_and_not_never(bool stops)
    {
        const int size = 40_000_000;
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal))
                return "550 none";
            if (line.StartsWith("RN", StringComparison.Ordinal))
                return line[3] == 'R' ? "350 go on" : "250 done";
            if (!line.StartsWith("STOR", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 go on");
            using var data = await connection.AcceptDataAsync();
            if (stops)
                await connection.SleepAsync();
            await Task.Delay(Slow);
            var buffer = new byte[1_000_000];
            while (await data.ReadAsync(buffer) > 0)
            {
            }

            return "452 full";
        }));
        await using var target = Open(server.Url, patience: stops ? 1 : 5);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.UploadAsync(TransportTestOptions.Upload("file", new byte[size]), default));
        Assert.Contains(stops ? "took nothing more of STOR /.file.k1.uploading for 1 s" : "after 40,000,000 bytes: 452", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_final_reply_may_be_slow_both_ways(bool isUpload)
    {
        var path = isUpload ? ".file.k1.uploading" : "file";
        if (!isUpload)
            _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.LateFinalReply(Slow, path);
        await using var target = Open($"{server.Url}", patience: 3);
        if (isUpload)
            await target.UploadAsync(TransportTestOptions.Upload("file", [1]), default);
        else
            Assert.Single(await target.ReadAllAsync("file"));
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_final_reply_that_never_comes_for_a_file_of_unknown_size_fails_in_time()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync((byte[])[1, 2, 3]);
            return "";
        }));
        await using var target = Open(server.Url, patience: 1);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.ReadAllAsync("file.bin"));
        Assert.Contains("did not answer RETR /file.bin with its final word within 1 s", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }
}
