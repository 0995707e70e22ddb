using System.Diagnostics;
using AppUpdater.Testing;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport;

/// <summary>A byte now and then holds no transfer for ever, whichever way it goes; a rate of our own is no such thing.</summary>
public sealed class IdleClockTests : IDisposable
{
    private const int Limit = 60_000;
    private const int KiB = 1024;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Time_waited_adds_up_until_a_kilobyte_has_passed()
    {
        var clock = new SetClock();
        using var idle = new IdleClock(Second * 30, clock);
        Assert.Equal("nothing", idle.Passed);
        Pass(idle, clock, seconds: 29, bytes: 1);
        Assert.Equal("next to nothing", idle.Passed);
        Pass(idle, clock, seconds: 0, bytes: KiB - 1);
        Assert.Equal("nothing", idle.Passed);
    }

    [Theory(Timeout = Limit)]
    [InlineData(KiB - 1, true)]
    [InlineData(KiB, false)]
    public async Task Only_a_kilobyte_starts_the_time_out_anew(int bytes, bool stops)
    {
        var clock = new SetClock();
        using var idle = new IdleClock(Second * 40, clock);
        Pass(idle, clock, seconds: 39, bytes: 0);
        Pass(idle, clock, seconds: 20, bytes);
        using var wait = idle.Begin(default);
        var ended = await Task.WhenAny(Task.Delay(Second * 20, wait.Token), Task.Delay(stops ? Second * 15 : Second));
        Assert.Equal(stops, wait.Token.IsCancellationRequested);
        Assert.Equal(stops, ended.IsCanceled);
    }

    [Fact]
    public void The_callers_own_token_ends_the_wait_too()
    {
        using var idle = new IdleClock(Second * 30, TimeProvider.System);
        using var wait = idle.Begin(new CancellationToken(canceled: true));
        Assert.True(wait.Token.IsCancellationRequested);
    }

    [Theory(Timeout = Limit)]
    [InlineData("RETR")]
    [InlineData("LIST")]
    [InlineData("STOR")]
    public async Task A_server_of_a_byte_now_and_then_is_left_after_its_time(string verb)
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal))
                return "550 none";
            if (!line.StartsWith(verb, StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here");
            await using var data = await connection.AcceptDataAsync();
            for (var i = 0; i < 100; i++)
            {
                if (verb == "STOR")
                    await data.ReadExactlyAsync(new byte[1], connection.Stopped);
                else
                    await data.WriteAsync(new byte[] { (byte)'x' }, connection.Stopped);
                await connection.SleepAsync(TimeSpan.FromMilliseconds(300));
            }

            return "226 done";
        }));
        await using var target = RemoteSources.OpenTarget(
            RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}"), TransportTestOptions.Create(patience: 2));
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => verb switch
        {
            "RETR" => target.ReadAllAsync("file"),
            "LIST" => target.ListAllAsync(),
            _ => target.UploadAsync(TransportTestOptions.Upload("file", new byte[40_000_000]), default),
        });
        Assert.Contains(verb == "STOR" ? "took nothing more of STOR" : $"sent next to nothing more of {verb}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("for 2 s", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
        Assert.InRange(watch.Elapsed, Second * 1.5, Second * 20);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rate_below_that_is_the_users_wish_and_no_failure(bool isUpload)
    {
        // 4 KiB in four seconds, with a time-out of one.
        var content = new byte[4 * KiB];
        Random.Shared.NextBytes(content);
        if (!isUpload)
            await File.WriteAllBytesAsync(_temp["file"], content);
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var options = TransportTestOptions.Create(patience: 1) with
        {
            Rate = new ByteRate(KiB, TimeProvider.System),
            ReplyTimeout = Second * 15,
            FinalReplyTimeout = Second * 15,
        };
        await using var target = RemoteSources.OpenTarget(RemoteLocation.Parse($"{server.Url}"), options);
        var watch = Stopwatch.StartNew();
        if (isUpload)
            await target.UploadAsync(TransportTestOptions.Upload("file", content), default);
        else
            Assert.Equal(content, await target.ReadAllAsync("file"));
        Assert.Equal(content, await File.ReadAllBytesAsync(_temp["file"]));
        Assert.True(watch.Elapsed > Second * 2.5, $"took {watch.Elapsed}");
    }

    private static void Pass(IdleClock idle, SetClock clock, int seconds, int bytes)
    {
        using var wait = idle.Begin(default);
        clock.Now += seconds * TimeSpan.TicksPerSecond;
        wait.Add(bytes);
    }

    private sealed class SetClock : TimeProvider
    {
        internal long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
