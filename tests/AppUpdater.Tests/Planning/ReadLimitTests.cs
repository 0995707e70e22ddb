using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Settings;
using AppUpdater.Tests.Bootstrapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Planning;

/// <summary>What is small is not waited for without end: pointer, keys and manifest, with the notes in it.</summary>
public sealed class ReadLimitTests : IDisposable
{
    private const int MiB = 1024 * 1024;
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory(Timeout = 30_000)]
    [InlineData(0, null, "2 min")]
    [InlineData(MiB, null, "6 min")]
    [InlineData(MiB, 4 * 1024L, "19 min")]
    [InlineData(128 * MiB, 1L, "2880 min")]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up(int bytes, long? rate, string after)
    {
        var install = Install(new JumpingClock(), rate);

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => ReadLimit.RunAsync(install, "notes at server.example", bytes, ForEverAsync, CancellationToken.None));

        Assert.Equal($"notes at server.example did not arrive within {after}, and no line is that slow: it was given up.", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whoever_gives_up_himself_is_not_told_of_the_limit()
    {
        using var stop = new CancellationTokenSource();
        var reading = ReadLimit.RunAsync(Install(TimeProvider.System, rate: null), "x", 1, ForEverAsync, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private InstallEnvironment Install(TimeProvider clock, long? rate)
    {
        var settings = new UpdateSettings
        {
            File = _temp["dato.ini"],
            Server = new ServerSettings { Url = "ftp://server.example" },
            Install = new InstallSettings { App = "app", Directory = _temp.Root },
            Trust = new TrustSettings(),
            Update = new PolicySettings { Rate = rate },
            Warnings = [],
            Reserved = [],
        };
        return new InstallEnvironment(settings, new InstallLayout(_temp.Root), new FileSystem(), DurableFiles.ForThisSystem(), clock, NullLogger.Instance);
    }

    private static async Task<int> ForEverAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return 0;
    }
}
