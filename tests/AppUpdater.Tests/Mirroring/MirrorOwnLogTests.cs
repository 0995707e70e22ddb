using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>Logs that lie in the mirrored folder are nobody's files.</summary>
public sealed class MirrorOwnLogTests : IDisposable
{
    private const int Limit = 120_000;

    // The log, a day of it, a second one of the same day, and its lock.
    private static readonly string[] Own = ["logs/log.txt", "logs/log.2026-11-20.txt", "logs/log.2026-11-20.2.txt", "logs/.log.txt.lock"];

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
    }

    private MirrorOptions Options(LoopbackFtpServer server) =>
        server.Options(_here.Root) with { Delete = true, OwnLogs = [new OwnLog(_here["logs/log.txt"])] };

    [Fact(Timeout = Limit)]
    public async Task They_are_never_sent_and_never_removed_from_the_server()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        foreach (var own in Own)
            _here.WriteOld(own, "log");
        _here.WriteOld("logs/other.txt", "other");
        _here.WriteOld("log.txt", "another");

        // Sent by a mirror that did not know them, and gone here since.
        await PushAsync(server.Options(_here.Root));
        Assert.True(File.Exists(_served[Own[0]]));
        foreach (var own in Own)
            File.Delete(_here[own]);
        Assert.Equal(0, (await PushAsync(Options(server))).Removed);
        Assert.True(File.Exists(_served[Own[1]]));

        foreach (var own in Own)
        {
            File.Delete(_served[own]);
            _here.WriteOld(own, "log of another day");
        }

        await PushAsync(Options(server));
        Assert.Equal(["log.txt", "logs/other.txt"], Files(_served));
    }

    [Fact(Timeout = Limit)]
    public async Task They_are_never_fetched_and_never_removed_here()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        foreach (var own in Own)
            _served.WriteOld(own, "of the server");
        _served.WriteOld("logs/other.txt", "other");

        // Fetched by a mirror that did not know them, and gone on the server since.
        await PullAsync(server.Options(_here.Root));
        Assert.Equal("of the server", await File.ReadAllTextAsync(_here[Own[0]]));
        foreach (var own in Own)
            File.Delete(_served[own]);
        Assert.Equal(0, (await PullAsync(Options(server))).Removed);
        Assert.All(Own, own => Assert.True(File.Exists(_here[own])));

        foreach (var own in Own)
            _served.WriteOld(own, "of the server, and longer", 5);
        Assert.Equal(0, (await PullAsync(Options(server))).Transferred);
        Assert.Equal("of the server", await File.ReadAllTextAsync(_here[Own[0]]));
        Assert.Equal(1, (await PullAsync(Options(server) with { OwnLogs = [new OwnLog(_here["logs/other.txt"])], Filter = new MirrorFilter { Include = ["logs/log.txt"] } })).Transferred);
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_with_nothing_but_logs_counts_as_empty()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        _here.WriteOld("file", "x");
        await PushAsync(Options(server));
        File.Delete(_here["file"]);
        _here.WriteOld(Own[0], "log");

        await Assert.ThrowsAsync<InstallException>(() => PushAsync(Options(server)));
        Assert.True(File.Exists(_served["file"]));
    }

    [Fact(Timeout = Limit)]
    public async Task They_are_known_behind_links_too()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        _here.WriteOld(Own[0], "log");
        _here.WriteOld("logs/other.txt", "other");
        Directory.CreateSymbolicLink(_here["linked"], _here["logs"]);
        File.CreateSymbolicLink(_here["today"], _here[Own[0]]);
        await PushAsync(Options(server) with { FollowLinks = true });
        Assert.Equal(["linked/other.txt", "logs/other.txt"], Files(_served));

        using var elsewhere = new TempFolder();
        Directory.CreateSymbolicLink(elsewhere["alias"], _here["logs"]);
        foreach (var file in Files(_served))
            File.Delete(_served[file]);
        await PushAsync(Options(server) with { OwnLogs = [new OwnLog(elsewhere["alias/log.txt"])] });
        Assert.Equal(["logs/other.txt"], Files(_served));
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_does_not_wake_for_its_own_log()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        _here.WriteOld("file", "x");
        Directory.CreateDirectory(_here["logs"]);
        _served.Write("bad/inside", "x");
        _here.WriteOld("bad", "a file where the server has a folder: it fails each time");
        var cycles = 0;
        using var stop = new CancellationTokenSource();
        await using var push = MirrorPush.Open(Options(server));
        var watch = push.WatchAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(1), null, report =>
        {
            Assert.NotEmpty(report.Failures);
            Interlocked.Increment(ref cycles);
            File.AppendAllText(_here[Own[0]], "a line\n");
        }, stop.Token);
        await UntilAsync(() => Volatile.Read(ref cycles) > 0, "the first cycle");
        await Task.Delay(2500, CancellationToken.None);
        Assert.Equal(1, Volatile.Read(ref cycles));

        _here.Write("new", "x");
        await UntilAsync(() => File.Exists(_served["new"]), "a change beside the log");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    [Theory]
    [InlineData("log.txt", true)]
    [InlineData(".log.txt.lock", true)]
    [InlineData("log.2026-11-20.txt", true)]
    [InlineData("log.2026-11-20.12.txt", true)]
    [InlineData("log.2026-11-20.1.txt", false)]
    [InlineData("log.2026-13-20.txt", false)]
    [InlineData("log.2026-11-20.txt.bak", false)]
    [InlineData("log.2026-11-20", false)]
    [InlineData("log.txt.2026-11-20", false)]
    [InlineData("other.txt", false)]
    [InlineData("LOG.txt", false)]
    [InlineData("log.", false)]
    public void A_name_is_a_logs_own_or_not(string name, bool isOwn) =>
        Assert.Equal(isOwn, new OwnLog("/x/log.txt").Owns(name, StringComparison.Ordinal));

    private static IReadOnlyList<string> Files(TempFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(folder.Root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith(".appupdater", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
