using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using static AppUpdater.Tests.Staging.DownloadScene;

namespace AppUpdater.Tests.Staging;

/// <summary>What is gone on with, in the same run or a later one, and what is not.</summary>
public sealed class DownloadResumeTests : IDisposable
{
    private readonly DownloadScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_cut_file_resumes_at_its_byte()
    {
        _scene.Source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 2_500, 1_000);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal([0L, 2_500, 3_500], _scene.Source.Opened.Select(open => open.Offset));
        Assert.Equal(ContentHash.Of(Bytes(10_000)), staged.Files.Single().Hash);
        Assert.Equal(10_000, _scene.Source.BytesSent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_broke_off_and_can_not_be_looked_at_again_is_not_gone_on_with()
    {
        _scene.Source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 2_500);
        var plan = await Plans.FetchingAllOfAsync(_scene.Source);
        _scene.Source.OnStat = _ => throw new UnreachableException("no answer");

        await Assert.ThrowsAsync<UnreachableException>(async () => await _scene.FetchAsync(plan));

        Assert.Equal([0L], _scene.Source.Opened.Select(open => open.Offset));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_announces_what_is_left_of_a_file_is_resumed_from()
    {
        _scene.Source.AnnouncesWhatIsLeft = true;
        _scene.Source.Put("app.exe", Bytes(10_000)).Cut("app.exe", 2_500);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal([0L, 2_500], _scene.Source.Opened.Select(open => open.Offset));
        Assert.Equal(ContentHash.Of(Bytes(10_000)), staged.Files.Single().Hash);
    }

    /// <summary>Path and size are all that is known of it: another file could have the same.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_file_without_a_time_is_not_gone_on_with_in_a_later_run()
    {
        _scene.Source.TellsNoTimes = true;
        await BreakAtAsync(4_000);
        _scene.Source.Put("app.exe", [.. Bytes(10_000).Reverse()]);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(0, Assert.Single(_scene.Source.Opened).Offset);
        Assert.Equal(ContentHash.Of(_scene.Source.Content("app.exe")), staged.Files.Single().Hash);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_one_place_began_is_not_gone_on_with_from_another()
    {
        await BreakAtAsync(4_000);
        _scene.Source.Location = _scene.Source.Location with { Host = "mirror.example" };
        _scene.Source.Put("app.exe", [.. Bytes(10_000).Reverse()]);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(0, Assert.Single(_scene.Source.Opened).Offset);
        Assert.Equal(ContentHash.Of(_scene.Source.Content("app.exe")), staged.Files.Single().Hash);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_of_an_earlier_run_resumes_at_its_byte()
    {
        await BreakAtAsync(4_000);

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(4_000, Assert.Single(_scene.Source.Opened).Offset);
        Assert.Equal(ContentHash.Of(Bytes(10_000)), staged.Files.Single().Hash);
        Assert.Equal(6_000, staged.BytesFetched);
        Assert.Equal(10_000, _scene.Progress[^1].Bytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_part_from_before_the_system_went_down_begins_at_zero()
    {
        await BreakAtAsync(4_000);
        var part = Assert.Single(Directory.GetFiles(_scene.Folder[".appupdater/staging/2.0.0"]));
        DurableFiles.ForThisSystem().Rename(part, part.Replace(Path.GetFileName(part)[32..], ".00000000.part", StringComparison.Ordinal));

        await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(0, Assert.Single(_scene.Source.Opened).Offset);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_changed_on_the_server_since_the_earlier_run_begins_at_zero()
    {
        await BreakAtAsync(4_000);
        _scene.Source.Put("app.exe", Bytes(10_000, 7), ScriptedSource.Time.AddSeconds(1));

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));

        Assert.Equal(0, Assert.Single(_scene.Source.Opened).Offset);
        Assert.Equal(ContentHash.Of(Bytes(10_000, 7)), staged.Files.Single().Hash);
        Assert.Single(Directory.GetFiles(_scene.Folder[".appupdater/staging/2.0.0"]));
    }

    [Fact(Timeout = 30_000)]
    public async Task Files_of_an_earlier_run_are_not_fetched_again_and_serve_another_release_too()
    {
        _scene.Source.Put("app.exe", Bytes(10_000)).Put("lib.dll", Bytes(5));
        await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source));
        _scene.Source.Opened.Clear();
        _scene.Source.Put("lib.dll", Bytes(6));

        var staged = await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source, "2.1.0"));

        Assert.Equal("lib.dll", Assert.Single(_scene.Source.Opened).Path.Value);
        Assert.Equal(6, staged.BytesFetched);
        Assert.Equal([_scene.Folder[".appupdater/staging/2.1.0"]], Directory.GetDirectories(_scene.Folder[".appupdater/staging"]));
        Assert.All(staged.Files, file => Assert.Equal(ContentHash.Of(_scene.Source.Content(file.Planned.Target.Value)), file.Hash));
    }

    /// <summary>Leaves a part of app.exe, of 10,000 bytes, behind.</summary>
    private async Task BreakAtAsync(int offset)
    {
        _scene.Source.Put("app.exe", Bytes(10_000)).Cut("app.exe", offset, 0, 0, 0, 0, 0, 0);
        await Assert.ThrowsAsync<UnreachableException>(async () => await _scene.FetchAsync(await Plans.FetchingAllOfAsync(_scene.Source)));
        _scene.Source.Cut("app.exe");
        _scene.Source.Opened.Clear();
    }
}
