using AppUpdater.Releases;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using static AppUpdater.Tests.Staging.SignedScene;

namespace AppUpdater.Tests.Staging;

/// <summary>Signed releases fetched: what travels, what does not, and what breaks on the way.</summary>
public sealed class PackEngineTests : IDisposable
{
    private const int Limit = 60_000;
    private const int MiB = 1024 * 1024;

    private readonly SignedScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MiB)]
    [InlineData(ManifestBlob.MaxSize - 1)]
    [InlineData(ManifestBlob.MaxSize)]
    [InlineData(ManifestBlob.MaxSize + 1)]
    [InlineData(2 * ManifestBlob.MaxSize)]
    [InlineData((3 * ManifestBlob.MaxSize) + 7)]
    public async Task Files_of_every_size_arrive_whole(int size)
    {
        var plan = await _scene.PublishAsync(("compressible", new byte[20_000]), ("dir/big", Bytes(size)), ("small", Bytes(10, seed: 2)));

        var staged = await _scene.FetchAsync(plan);

        RequireFiles(staged, ("compressible", new byte[20_000]), ("dir/big", Bytes(size)), ("small", Bytes(10, seed: 2)));
        Assert.InRange(plan.BytesToFetch, size + 10, size + 1_000);
        Assert.Equal(plan.BytesToFetch, staged.BytesFetched);
        Assert.Equal((plan.BytesToFetch, plan.BytesToFetch), (_scene.Progress[^1].Bytes, _scene.Progress[^1].TotalBytes));
    }

    [Fact(Timeout = Limit)]
    public async Task A_thousand_small_files_are_few_reads()
    {
        var files = Enumerable.Range(0, 1_000).Select(i => ($"dir/{i:0000}", Bytes(1_000, seed: i))).ToArray();
        var plan = await _scene.PublishAsync(files);

        RequireFiles(await _scene.FetchAsync(plan), files);

        Assert.InRange(_scene.Server.Opened.Count, 1, 8);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_breaks_goes_on_at_its_byte()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(100_000)), ("b", Bytes(50_000, seed: 2)));
        _scene.Server.Cut(_scene.PackPath, 30_500, 20_000, 65_000);

        var staged = await _scene.FetchAsync(plan);

        RequireFiles(staged, ("a", Bytes(100_000)), ("b", Bytes(50_000, seed: 2)));
        Assert.Equal([0, 30_500, 50_500, 115_500], _scene.Server.Opened.Select(open => open.Offset));
        Assert.Equal(150_000, staged.BytesFetched);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_breaks_off_without_end_is_given_up_and_what_came_is_not_fetched_again()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(2 * MiB)), ("b", Bytes(10_000, seed: 2)), ("c", Bytes(ManifestBlob.MaxSize, seed: 3)));
        _scene.Connections = 1;
        _scene.Server.Cut(_scene.PackPath, 3_000_000, 0, 0, 0, 0, 0, 0, 0, 0);

        await Assert.ThrowsAsync<UnreachableException>(() => _scene.FetchAsync(plan));
        _scene.Server.Cut(_scene.PackPath);
        _scene.Server.BytesSent = 0;
        var staged = await _scene.FetchAsync(plan);

        RequireFiles(staged, ("a", Bytes(2 * MiB)), ("b", Bytes(10_000, seed: 2)), ("c", Bytes(ManifestBlob.MaxSize, seed: 3)));
        Assert.InRange(_scene.Server.BytesSent, 1, plan.BytesToFetch - 3_000_000 + 1_000);
        Assert.Equal(plan.BytesToFetch, _scene.Progress[^1].Bytes);
    }

    [Fact(Timeout = Limit)]
    public async Task What_bears_the_name_of_a_finished_file_with_other_bytes_is_fetched_again()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        var first = await _scene.FetchAsync(plan);
        await File.WriteAllBytesAsync(first.Files[0].FullPath, Bytes(1_000, seed: 9));
        _scene.Server.BytesSent = 0;

        RequireFiles(await _scene.FetchAsync(plan), ("a", Bytes(1_000)), ("b", Bytes(2_000, seed: 2)));
        Assert.InRange(_scene.Server.BytesSent, 1_000, 1_001);
    }

    [Fact(Timeout = Limit)]
    public async Task Content_that_lies_in_the_install_is_copied()
    {
        var large = Bytes(ManifestBlob.MaxSize + 5);
        var plan = await _scene.Put("old name", large).PublishAsync(("new name", large), ("once", Bytes(700, seed: 2)), ("twice", Bytes(700, seed: 2)));

        var staged = await _scene.FetchAsync(plan);

        RequireFiles(staged, ("new name", large), ("once", Bytes(700, seed: 2)), ("twice", Bytes(700, seed: 2)));
        Assert.Equal((700, 700), (plan.BytesToFetch, staged.BytesFetched));
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_changed_since_the_plan_was_made_is_not_copied()
    {
        var content = Bytes(5_000);
        var plan = await _scene.Put("old name", content).PublishAsync(("new name", content));
        Assert.Equal(0, plan.BytesToFetch);
        _scene.Put("old name", Bytes(5_000, seed: 2));

        RequireFiles(await _scene.FetchAsync(plan), ("new name", content));
    }

    [Fact(Timeout = Limit)]
    public async Task Of_a_large_file_only_the_blocks_that_changed_are_fetched()
    {
        var content = Bytes((3 * ManifestBlob.MaxSize) + 1_000);
        var old = content.ToArray();
        old[ManifestBlob.MaxSize + 17] ^= 1;
        var plan = await _scene.Put("big", old).PublishAsync(("big", content));

        var staged = await _scene.FetchAsync(plan);

        RequireFiles(staged, ("big", content));
        Assert.Equal(ManifestBlob.MaxSize, staged.BytesFetched);
        Assert.Equal(plan.BytesToFetch, _scene.Progress[^1].Bytes);
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_in_the_place_of_a_part_is_not_written_through()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(1_000)));
        var staged = await _scene.FetchAsync(plan);
        var name = Path.GetFileNameWithoutExtension(staged.Files[0].FullPath);
        File.Delete(staged.Files[0].FullPath);
        var victim = Path.Join(_scene.Root, "victim");
        await File.WriteAllTextAsync(victim, "mine");
        File.CreateSymbolicLink(Path.Join(_scene.Staging, name + ".part"), victim);

        var failure = await Assert.ThrowsAsync<InstallException>(() => _scene.FetchAsync(plan));

        Assert.Contains("no plain file", failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(victim));
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_FTP_server_that_cuts_or_ignores_REST_still_gives_every_file(bool ignoresRest)
    {
        var files = Enumerable.Range(0, 6).Select(i => ($"file{i}", Bytes(400_000, seed: i))).ToArray();
        var plan = await _scene.PublishAsync(files);
        await using var server = LoopbackFtpServer.Start(_scene.Served);
        server.Faults.IgnoreRest = ignoresRest;
        server.Faults.CutAfter($"/{_scene.PackPath}", 300_000, times: 3);
        await using var source = new FtpSource(
            RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}/"), TransportTestOptions.Create(connections: 4));

        RequireFiles(await _scene.FetchAsync(plan, source), files);
    }
}
