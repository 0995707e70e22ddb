using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Staging;
using static AppUpdater.Tests.Staging.DownloadScene;

namespace AppUpdater.Tests.Staging;

public sealed class DownloadEngineTests : IDisposable
{
    private readonly DownloadScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Every_file_arrives_whole_with_its_hash_and_the_servers_time()
    {
        _scene.Source.Put("app.exe", Bytes(700_000)).Put("lib/ñ file.dll", Bytes(3)).Put("empty", []);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(["app.exe", "empty", "lib/ñ file.dll"], staged.Files.Select(file => file.Planned.Target.Value));
        Assert.All(staged.Files, file =>
        {
            var content = _scene.Source.Content(file.Planned.File.RemotePath.Value);
            Assert.Equal(content, File.ReadAllBytes(file.FullPath));
            Assert.Equal(ContentHash.Of(content), file.Hash);
            Assert.Equal(ScriptedSource.Time, file.LocalModified);
        });
        Assert.Equal(700_003, staged.BytesFetched);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_replaced_between_a_break_and_its_resumption_is_not_joined_of_two_halves()
    {
        _scene.Source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 4_000);
        var plan = await Plans.FetchingAllOfAsync(_scene.Source);
        _scene.Source.OnOpen = (_, _) => _scene.Source.Put("app.exe", Bytes(10_000, 9), ScriptedSource.Time.AddHours(1));

        await Assert.ThrowsAsync<ReleaseChangedException>(() => _scene.FetchAsync(plan));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(9_000)]
    [InlineData(10_001)]
    public async Task A_file_of_another_size_than_listed_asks_for_another_plan(int size)
    {
        var plan = await Plans.FetchingAllOfAsync(_scene.Source.Put("app.exe", Bytes(10_000)));
        _scene.Source.Put("app.exe", Bytes(size));

        await Assert.ThrowsAsync<ReleaseChangedException>(() => _scene.FetchAsync(plan));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_is_gone_asks_for_another_plan()
    {
        var plan = await Plans.FetchingAllOfAsync(_scene.Source.Put("app.exe", Bytes(10_000)));
        _scene.Source.Remove("app.exe");

        await Assert.ThrowsAsync<ReleaseChangedException>(() => _scene.FetchAsync(plan));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transfer_that_is_never_confirmed_does_not_count()
    {
        _scene.Source.Put("app.exe", Bytes(1_000)).Cut("app.exe", 1_000);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Contains("stat app.exe", _scene.Source.Asked);
        Assert.Single(staged.Files);
    }

    [Fact(Timeout = 30_000)]
    public async Task Progress_rises_from_nothing_to_all_and_never_falls()
    {
        foreach (var name in Enumerable.Range(0, 20))
            _scene.Source.Put($"file{name}", Bytes(5_000 + name)).Cut($"file{name}", 700);

        await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(0, _scene.Progress[0].Bytes);
        Assert.Equal(_scene.Progress[0].TotalBytes, _scene.Progress[^1].Bytes);
        Assert.Equal(_scene.Progress.Select(step => step.Bytes).Order(), _scene.Progress.Select(step => step.Bytes));
        Assert.True(_scene.Progress.Count <= 20 * 3 + 1, $"{_scene.Progress.Count} reports for 20 small files");
    }

    [Fact(Timeout = 30_000)]
    public async Task What_the_progress_handler_throws_reaches_the_caller()
    {
        _scene.Source.Put("app.exe", Bytes(10_000));
        var meter = Meter(step => _ = step.Bytes > 0 ? throw new TimeZoneNotFoundException() : 0);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () => await _scene.Engine().FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source), meter, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task Cancelled_it_keeps_what_it_has()
    {
        using var stop = new CancellationTokenSource();
        _scene.Source.Put("app.exe", Bytes(100_000));
        var plan = await Plans.FetchingAllOfAsync(_scene.Source);
        _scene.Source.BeforeRead = () => _scene.Source.BytesSent >= 30_000 ? stop.CancelAsync() : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.FetchAsync(plan, stop.Token));
        _scene.Source.BeforeRead = null;

        await _scene.FetchAsync(plan);

        Assert.InRange(_scene.Source.Opened.Last().Offset, 30_000, 32_000);
        Assert.Equal(100_000, _scene.Source.BytesSent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_plan_that_does_not_fit_is_refused_before_the_first_byte_with_what_is_missing()
    {
        _scene.Source.Put("app.exe", Bytes(10));
        var free = new DriveInfo(_scene.Folder.Root).AvailableFreeSpace;
        var plan = await Plans.FetchingAllOfAsync(_scene.Source, "2.0.0", new DiskNeed(_scene.Folder.Root, free + (1L << 50)));

        var failure = await Assert.ThrowsAsync<InstallException>(() => _scene.FetchAsync(plan));

        Assert.Contains("bytes are missing", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{free + (1L << 50)} bytes", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_scene.Source.Opened);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_flush_that_fails_discards_the_file()
    {
        _scene.Source.Put("app.exe", Bytes(10_000));
        var failing = new FailingFlush(DurableFiles.ForThisSystem());

        await Assert.ThrowsAsync<InstallException>(async () => await DownloadScene.FetchAsync(_scene.Engine(failing), await Plans.FetchingAllOfAsync(_scene.Source), _scene.Meter()));

        Assert.Empty(Directory.GetFiles(_scene.Folder[".appupdater/staging/2.0.0"]));
    }
}
