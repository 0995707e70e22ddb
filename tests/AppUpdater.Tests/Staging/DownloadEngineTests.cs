using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Staging;

public sealed class DownloadEngineTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ScriptedSource _source = new();
    private readonly List<UpdateProgress> _progress = [];

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_file_arrives_whole_with_its_hash_and_the_servers_time()
    {
        _source.Put("app.exe", Bytes(700_000)).Put("lib/ñ file.dll", Bytes(3)).Put("empty", []);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(["app.exe", "empty", "lib/ñ file.dll"], staged.Files.Select(file => file.Planned.Target.Value));
        Assert.All(staged.Files, file =>
        {
            var content = _source.Content(file.Planned.File.RemotePath.Value);
            Assert.Equal(content, File.ReadAllBytes(file.FullPath));
            Assert.Equal(ContentHash.Of(content), file.Hash);
            Assert.Equal(ScriptedSource.Time, file.LocalModified);
        });
        Assert.Equal(700_003, staged.BytesFetched);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cut_file_resumes_at_its_byte()
    {
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 2_500, 1_000);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal([0L, 2_500, 3_500], _source.Opened.Select(open => open.Offset));
        Assert.Equal(ContentHash.Of(Bytes(10_000)), staged.Files.Single().Hash);
        Assert.Equal(10_000, _source.BytesSent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_broke_off_and_can_not_be_looked_at_again_is_not_gone_on_with()
    {
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 2_500);
        var plan = await Plans.FetchingAllOfAsync(_source);
        _source.OnStat = _ => throw new UnreachableException("no answer");

        await Assert.ThrowsAsync<UnreachableException>(async () => await FetchAsync(plan));

        Assert.Equal([0L], _source.Opened.Select(open => open.Offset));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_announces_what_is_left_of_a_file_is_resumed_from()
    {
        _source.AnnouncesWhatIsLeft = true;
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 2_500);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal([0L, 2_500], _source.Opened.Select(open => open.Offset));
        Assert.Equal(ContentHash.Of(Bytes(10_000)), staged.Files.Single().Hash);
    }

    /// <summary>Path and size are all that is known of it: another file could have the same.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_file_without_a_time_is_not_gone_on_with_in_a_later_run()
    {
        _source.TellsNoTimes = true;
        await BreakAtAsync(4_000);
        _source.Put("app.exe", [.. Bytes(10_000).Reverse()]);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(0, Assert.Single(_source.Opened).Offset);
        Assert.Equal(ContentHash.Of(_source.Content("app.exe")), staged.Files.Single().Hash);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_one_place_began_is_not_gone_on_with_from_another()
    {
        await BreakAtAsync(4_000);
        _source.Location = _source.Location with { Host = "mirror.example" };
        _source.Put("app.exe", [.. Bytes(10_000).Reverse()]);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(0, Assert.Single(_source.Opened).Offset);
        Assert.Equal(ContentHash.Of(_source.Content("app.exe")), staged.Files.Single().Hash);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_of_an_earlier_run_resumes_at_its_byte()
    {
        await BreakAtAsync(4_000);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(4_000, Assert.Single(_source.Opened).Offset);
        Assert.Equal(ContentHash.Of(Bytes(10_000)), staged.Files.Single().Hash);
        Assert.Equal(6_000, staged.BytesFetched);
        Assert.Equal(10_000, _progress[^1].Bytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_part_from_before_the_system_went_down_begins_at_zero()
    {
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 4_000, 0, 0, 0, 0, 0, 0);
        await Assert.ThrowsAsync<UnreachableException>(async () => await FetchAsync(await Plans.FetchingAllOfAsync(_source)));
        var part = Assert.Single(Directory.GetFiles(_folder[".appupdater/staging/2.0.0"]));
        DurableFiles.ForThisSystem().Rename(part, part.Replace(Path.GetFileName(part)[32..], ".00000000.part", StringComparison.Ordinal));
        _source.Cut("app.exe");
        _source.Opened.Clear();

        await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(0, Assert.Single(_source.Opened).Offset);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_changed_on_the_server_since_the_earlier_run_begins_at_zero()
    {
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 4_000, 0, 0, 0, 0, 0, 0);
        await Assert.ThrowsAsync<UnreachableException>(async () => await FetchAsync(await Plans.FetchingAllOfAsync(_source)));
        _source.Put("app.exe", Bytes(10_000, 7), ScriptedSource.Time.AddSeconds(1)).Cut("app.exe");
        _source.Opened.Clear();

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(0, Assert.Single(_source.Opened).Offset);
        Assert.Equal(ContentHash.Of(Bytes(10_000, 7)), staged.Files.Single().Hash);
        Assert.Single(Directory.GetFiles(_folder[".appupdater/staging/2.0.0"]));
    }

    [Fact(Timeout = 30_000)]
    public async Task Files_of_an_earlier_run_are_not_fetched_again_and_serve_another_release_too()
    {
        _source.Put("app.exe", Bytes(10_000)).Put("lib.dll", Bytes(5));
        await FetchAsync(await Plans.FetchingAllOfAsync(_source));
        _source.Opened.Clear();
        _source.Put("lib.dll", Bytes(6));

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source, "2.1.0"));

        Assert.Equal("lib.dll", Assert.Single(_source.Opened).Path.Value);
        Assert.Equal(6, staged.BytesFetched);
        Assert.Equal([_folder[".appupdater/staging/2.1.0"]], Directory.GetDirectories(_folder[".appupdater/staging"]));
        Assert.All(staged.Files, file => Assert.Equal(ContentHash.Of(_source.Content(file.Planned.Target.Value)), file.Hash));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_replaced_between_a_break_and_its_resumption_is_not_joined_of_two_halves()
    {
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 4_000);
        var plan = await Plans.FetchingAllOfAsync(_source);
        _source.OnOpen = (_, _) => _source.Put("app.exe", Bytes(10_000, 9), ScriptedSource.Time.AddHours(1));

        await Assert.ThrowsAsync<ReleaseChangedException>(() => FetchAsync(plan));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(9_000)]
    [InlineData(10_001)]
    public async Task A_file_of_another_size_than_listed_asks_for_another_plan(int size)
    {
        var plan = await Plans.FetchingAllOfAsync(_source.Put("app.exe", Bytes(10_000)));
        _source.Put("app.exe", Bytes(size));

        await Assert.ThrowsAsync<ReleaseChangedException>(() => FetchAsync(plan));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_is_gone_asks_for_another_plan()
    {
        var plan = await Plans.FetchingAllOfAsync(_source.Put("app.exe", Bytes(10_000)));
        _source.Remove("app.exe");

        await Assert.ThrowsAsync<ReleaseChangedException>(() => FetchAsync(plan));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_transfer_that_is_never_confirmed_does_not_count()
    {
        _source.Put("app.exe", Bytes(1_000)).Cut("app.exe", 1_000);

        var staged = await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Contains("stat app.exe", _source.Asked);
        Assert.Single(staged.Files);
    }

    [Fact(Timeout = 30_000)]
    public async Task Progress_rises_from_nothing_to_all_and_never_falls()
    {
        foreach (var name in Enumerable.Range(0, 20))
            _source.Put($"file{name}", Bytes(5_000 + name)).Cut($"file{name}", 700);

        await FetchAsync(await Plans.FetchingAllOfAsync(_source));

        Assert.Equal(0, _progress[0].Bytes);
        Assert.Equal(_progress[0].TotalBytes, _progress[^1].Bytes);
        Assert.Equal(_progress.Select(step => step.Bytes).Order(), _progress.Select(step => step.Bytes));
        Assert.True(_progress.Count <= 20 * 3 + 1, $"{_progress.Count} reports for 20 small files");
    }

    [Fact(Timeout = 30_000)]
    public async Task What_the_progress_handler_throws_reaches_the_caller()
    {
        _source.Put("app.exe", Bytes(10_000));
        var meter = new ProgressMeter(new Handler(step => _ = step.Bytes > 0 ? throw new TimeZoneNotFoundException() : 0), TimeProvider.System);

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () => await Engine().FetchAsync(await Plans.FetchingAllOfAsync(_source), meter, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task Cancelled_it_keeps_what_it_has()
    {
        using var stop = new CancellationTokenSource();
        _source.Put("app.exe", Bytes(100_000));
        var plan = await Plans.FetchingAllOfAsync(_source);
        _source.BeforeRead = () => _source.BytesSent >= 30_000 ? stop.CancelAsync() : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(plan, stop.Token));
        _source.BeforeRead = null;

        await FetchAsync(plan);

        Assert.InRange(_source.Opened.Last().Offset, 30_000, 32_000);
        Assert.Equal(100_000, _source.BytesSent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_plan_that_does_not_fit_is_refused_before_the_first_byte_with_what_is_missing()
    {
        _source.Put("app.exe", Bytes(10));
        var free = new DriveInfo(_folder.Root).AvailableFreeSpace;
        var plan = await Plans.FetchingAllOfAsync(_source, "2.0.0", new DiskNeed(_folder.Root, free + (1L << 50)));

        var failure = await Assert.ThrowsAsync<InstallException>(() => FetchAsync(plan));

        Assert.Contains("bytes are missing", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{free + (1L << 50)} bytes", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_source.Opened);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_flush_that_fails_discards_the_file()
    {
        _source.Put("app.exe", Bytes(10_000));
        var failing = new FailingFlush(DurableFiles.ForThisSystem());

        await Assert.ThrowsAsync<InstallException>(async () => await Engine(failing).FetchAsync(await Plans.FetchingAllOfAsync(_source), Meter(), default));

        Assert.Empty(Directory.GetFiles(_folder[".appupdater/staging/2.0.0"]));
    }

    private Task<StagedFiles> FetchAsync(UpdatePlan plan, CancellationToken ct = default) => Engine().FetchAsync(plan, Meter(), ct);

    /// <summary>Leaves a part of app.exe, of 10,000 bytes, behind.</summary>
    private async Task BreakAtAsync(int offset)
    {
        _source.Put("app.exe", Bytes(10_000)).Cut("app.exe", offset, 0, 0, 0, 0, 0, 0);
        await Assert.ThrowsAsync<UnreachableException>(async () => await FetchAsync(await Plans.FetchingAllOfAsync(_source)));
        _source.Cut("app.exe");
        _source.Opened.Clear();
    }

    private ProgressMeter Meter() => new(new Handler(_progress.Add), TimeProvider.System);

    private DownloadEngine Engine(IDurableFiles? files = null) => new(
        _source, new InstallLayout(_folder.Root), new FileSystem(), files ?? DurableFiles.ForThisSystem(),
        new StagingOptions { Connections = 4, RetryDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, NullLogger.Instance);

    private static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Handler(Action<UpdateProgress> report) : IProgress<UpdateProgress>
    {
        public void Report(UpdateProgress value) => report(value);
    }
}
