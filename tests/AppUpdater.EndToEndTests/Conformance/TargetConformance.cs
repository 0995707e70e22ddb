using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every target does, whatever the server: putting files there.</summary>
public abstract partial class TargetConformance(ConformanceServer server) : SourceConformance(server)
{
    private const int Cut = 3_000_000;

    [ConformanceFact]
    public async Task A_new_file_is_put_there_and_nothing_else()
    {
        var content = ServedPlace.Bytes(300_000);
        var sent = new Sum();
        await UploadAsync(OpenTarget(), "app.dll", content, progress: sent);
        Assert.Equal(["app.dll"], Place.Files());
        Assert.Equal(content, Place.Read("app.dll"));
        Assert.Equal(content.Length, sent.Total);
    }

    [ConformanceFact]
    public async Task A_file_takes_the_place_of_another()
    {
        var target = OpenTarget(connections: 1);
        foreach (var size in new[] { 1000, 300_000, 10 })
        {
            var content = ServedPlace.Bytes(size, seed: size);
            await UploadAsync(target, "app.dll", content);
            Assert.Equal(content, Place.Read("app.dll"));
        }

        Assert.Equal(["app.dll"], Place.Files());
    }

    [ConformanceFact]
    public async Task A_file_of_no_bytes_is_put_there()
    {
        await UploadAsync(OpenTarget(), "empty", []);
        Assert.Equal(["empty"], Place.Files());
        Assert.Empty(Place.Read("empty"));
    }

    [ConformanceFact]
    public async Task Five_megabytes_arrive_and_are_read_back()
    {
        var content = ServedPlace.Bytes(5 * 1024 * 1024 + 1);
        var target = OpenTarget(connections: 1);
        await UploadAsync(target, "app.dll", content);
        Assert.Equal(content, Place.Read("app.dll"));
        Assert.Equal(content, await target.ReadAllAsync("app.dll"));
        Assert.Equal(content.Length, (await target.StatAsync(RelativePath.Parse("app.dll"), CancellationToken.None))?.Size);
    }

    [ConformanceFact]
    public async Task Files_about_the_size_of_buffers_arrive_whole()
    {
        var target = OpenTarget(connections: 1);
        foreach (var size in new[] { 1, 4096, 16_383, 16_384, 32_768, 65_536, 65_537, 81_920, 131_072, 1_048_576, 1_048_577 })
        {
            var content = ServedPlace.Bytes(size, seed: size);
            await UploadAsync(target, $"f{size}", content);
            Assert.Equal(content, Place.Read($"f{size}"));
        }
    }

    [ConformanceFact]
    public async Task Two_hundred_small_files_go_up_at_once()
    {
        var target = OpenTarget(connections: 8);
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, ct) =>
            await UploadAsync(target, $"folder {i % 5}/f{i}", ServedPlace.Bytes(i * 10, seed: i), ct: ct));
        Assert.Equal(200, Place.Files().Count);
        for (var i = 0; i < 200; i++)
            Assert.Equal(ServedPlace.Bytes(i * 10, seed: i), Place.Read($"folder {i % 5}/f{i}"));
    }

    [ConformanceFact]
    public async Task Folders_above_a_file_are_made()
    {
        await UploadAsync(OpenTarget(), "a/b/c/file", [1, 2, 3]);
        Assert.Equal(["a/b/c/file"], Place.Files());
    }

    [ConformanceFact]
    public async Task An_upload_that_broke_off_is_gone_on_with()
    {
        var content = ServedPlace.Bytes(Cut * 2);
        var target = OpenTarget();
        await Assert.ThrowsAsync<CutException>(() => UploadAsync(target, "app.dll", content, cutAfter: Cut));
        Assert.False(File.Exists(Place["app.dll"]));

        var again = new CutContent(content);
        await target.UploadAsync(Upload("app.dll", content, again), CancellationToken.None);
        Assert.InRange(again.OpenedAt[0], 1, Cut);
        Assert.Equal(content, Place.Read("app.dll"));
        Assert.Equal(["app.dll"], Place.Files());
    }

    [ConformanceFact]
    public async Task What_another_content_left_behind_is_not_built_upon()
    {
        var target = OpenTarget();
        await Assert.ThrowsAsync<CutException>(() => UploadAsync(target, "app.dll", ServedPlace.Bytes(Cut * 2), cutAfter: Cut, key: "1111"));

        var content = ServedPlace.Bytes(Cut * 2, seed: 2);
        var other = new CutContent(content);
        await target.UploadAsync(Upload("app.dll", content, other, key: "2222"), CancellationToken.None);
        Assert.Equal([0], other.OpenedAt);
        Assert.Equal(content, Place.Read("app.dll"));
    }

    [ConformanceFact]
    public async Task An_upload_that_breaks_off_leaves_the_old_file_and_a_connection_that_works()
    {
        var old = Place.Put("app.dll", "old");
        var target = OpenTarget(connections: 1);
        await Assert.ThrowsAsync<CutException>(() => UploadAsync(target, "app.dll", ServedPlace.Bytes(Cut * 2), cutAfter: Cut));
        Assert.Equal(old, Place.Read("app.dll"));
        Assert.Equal(old, await target.ReadAllAsync("app.dll"));
        await UploadAsync(target, "other", [1]);
        Assert.Equal([1], Place.Read("other"));
    }

    [ConformanceFact]
    public async Task A_cancelled_upload_leaves_the_old_file_and_a_target_that_works()
    {
        var old = Place.Put("app.dll", "old");
        var target = OpenTarget(connections: 1);
        using var stop = new CancellationTokenSource();
        var stopper = new Stopper(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => UploadAsync(target, "app.dll", ServedPlace.Bytes(Cut * 2), progress: stopper, ct: stop.Token));
        Assert.Equal(old, Place.Read("app.dll"));
        await UploadAsync(target, "app.dll", [1]);
        Assert.Equal([1], Place.Read("app.dll"));
    }

    [ConformanceFact]
    public async Task Content_that_ends_early_is_never_put_in_place()
    {
        var old = Place.Put("app.dll", "old");
        var target = OpenTarget(connections: 1);
        var upload = Upload("app.dll", new byte[500_000], new CutContent(ServedPlace.Bytes(400_000)));
        await Assert.ThrowsAnyAsync<Exception>(() => target.UploadAsync(upload, CancellationToken.None));
        Assert.Equal(old, Place.Read("app.dll"));
        await UploadAsync(target, "other", [1]);
        Assert.Equal([1], Place.Read("other"));
    }

    [ConformanceFact]
    public async Task A_file_is_never_half_seen()
    {
        var versions = Enumerable.Range(0, 6).Select(i => Enumerable.Repeat((byte)i, 400_000 + i).ToArray()).ToArray();
        Place.Put("app.dll", versions[0]);
        var target = OpenTarget();
        using var stop = new CancellationTokenSource();
        var looks = 0;
        var looking = Task.Run(
            () =>
            {
                for (; !stop.IsCancellationRequested; looks++)
                {
                    var seen = Place.Read("app.dll");
                    Assert.Equal(versions[seen[0]], seen);
                }
            },
            CancellationToken.None);
        foreach (var version in versions.Skip(1))
            await UploadAsync(target, "app.dll", version);
        await stop.CancelAsync();
        await looking;
        Assert.True(looks > 5);
        Assert.Equal(versions[^1], Place.Read("app.dll"));
    }

    internal IRemoteTarget OpenTarget(int connections = 8) => Kept(Server.OpenTarget(Place.Name, connections));

    internal static Task UploadAsync(
        IRemoteTarget target,
        string path,
        byte[] content,
        long cutAfter = long.MaxValue,
        string? key = null,
        IProgress<int>? progress = null,
        CancellationToken ct = default) =>
        target.UploadAsync(Upload(path, content, new CutContent(content, cutAfter), key) with { Progress = progress }, ct);

    internal static RemoteUpload Upload(string path, byte[] content, CutContent from, string? key = null) => new()
    {
        Path = RelativePath.Parse(path),
        Length = content.Length,
        OpenAsync = from.OpenAsync,
        Key = key ?? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))[..16],
    };

    private sealed class Sum : IProgress<int>
    {
        private long _total;

        internal long Total => Interlocked.Read(ref _total);

        public void Report(int value) => Interlocked.Add(ref _total, value);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value) => stop.Cancel();
    }
}
