using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Cli.Publishing;

public sealed class ReleasePublisherTests : IDisposable
{
    private readonly PublishScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task The_pack_goes_out_first_and_the_pointer_last()
    {
        _scene.Write("app.txt", "one");
        await _scene.PublishAsync("1.0.0");

        var folder = _scene.Pointer().Manifest!.Folder;
        Assert.Equal([$"{folder}/content.pack", $"{folder}/manifest.json.br", "releases.ini", "version.ini"], _scene.Target.Uploads);
        Assert.DoesNotContain(_scene.Served().Keys, name => name.StartsWith("publishing-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_published_is_what_was_built()
    {
        var large = PublishScene.Noise(2 * ManifestBlob.MaxSize + 1, seed: 1);
        _scene.Write("large.bin", large);
        _scene.Write("text.txt", new string('a', 100_000));
        _scene.Write("sub/empty.txt", "");
        Directory.CreateDirectory(Path.Join(_scene.Build, "nothing/in/it"));
        await _scene.PublishAsync(_scene.Request("1.0.0") with { Notes = "Good news.", Rollout = 40, Expires = TimeSpan.FromDays(10) });

        var manifest = _scene.Manifest();
        Assert.Equal(["large.bin", "sub/empty.txt", "text.txt"], manifest.Files.Select(file => file.Path.Value));
        Assert.Equal("nothing/in/it", Assert.Single(manifest.EmptyFolders).Value);
        Assert.Equal(ContentHash.Of(large), manifest.Files[0].Hash);
        Assert.Equal(3, manifest.Files[0].Blobs.Length);
        Assert.Equal(BlobEncoding.Stored, manifest.Blobs[0].Encoding);
        Assert.Equal(BlobEncoding.Brotli, manifest.Blobs[^1].Encoding);
        Assert.Equal("Good news.", manifest.Notes);
        var pointer = _scene.Pointer();
        Assert.Equal((40, 1L, _scene.Clock.Now.AddDays(10)), (pointer.Rollout, pointer.Sequence!.Value, pointer.Expires!.Value));
        Assert.Empty((await _scene.CheckAsync()).Problems);
    }

    [Fact]
    public async Task A_cut_after_any_upload_leaves_no_half_release_and_the_next_run_finishes()
    {
        for (var allowed = 0; allowed <= 4; allowed++)
        {
            using var scene = new PublishScene();
            scene.Write("a.txt", "first");
            await scene.PublishAsync("1.0.0");
            scene.Write("b.txt", "second");
            scene.Target = new RecordingTarget(scene.Server) { Allowed = allowed };
            if (allowed < 4)
            {
                await Assert.ThrowsAsync<UnreachableException>(() => scene.PublishAsync("1.1.0"));
                Assert.Equal("1.0.0", scene.Pointer().Version.ToString());
            }
            else
            {
                await scene.PublishAsync("1.1.0");
            }

            Assert.Empty((await scene.CheckAsync()).Problems);
            var sent = scene.Target.Uploads.ToArray();
            scene.Target = new RecordingTarget(scene.Server);
            await scene.PublishAsync("1.1.0");

            // What arrived is not sent again, and no second pack was made.
            Assert.Empty(sent.Where(name => name.StartsWith("releases/", StringComparison.Ordinal)).Intersect(scene.Target.Uploads));
            Assert.Equal(2, scene.Served().Keys.Count(name => name.EndsWith("content.pack", StringComparison.Ordinal)));
            Assert.Equal("1.1.0", scene.Pointer().Version.ToString());
            Assert.Empty((await scene.CheckAsync()).Problems);
        }
    }

    [Fact]
    public async Task Other_bytes_under_a_published_version_are_refused_and_the_same_ones_change_nothing()
    {
        _scene.Write("app.txt", "one");
        await _scene.PublishAsync("1.0.0");
        var before = _scene.Served();

        Assert.Null((await _scene.PublishAsync("1.0.0")).Sequence);
        _scene.Write("app.txt", "two");
        var refused = await Assert.ThrowsAsync<SettingsException>(() => _scene.PublishAsync("1.0.0"));

        Assert.Contains("app.txt is another", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _scene.Served());
    }

    [Fact]
    public async Task A_pack_holds_only_what_no_earlier_release_has()
    {
        _scene.Write("same.bin", PublishScene.Noise(200_000, seed: 1));
        _scene.Write("old.bin", PublishScene.Noise(50_000, seed: 2));
        await _scene.PublishAsync("1.0.0");
        File.Delete(Path.Join(_scene.Build, "old.bin"));
        _scene.Write("copy/of/same.bin", PublishScene.Noise(200_000, seed: 1));
        _scene.Write("new.bin", PublishScene.Noise(30_000, seed: 3));
        var second = await _scene.PublishAsync("1.1.0");

        var manifest = _scene.Manifest();
        Assert.Equal([30_000L, 250_000L], manifest.Packs.Select(pack => pack.Size));
        Assert.Equal((30_000L, 230_000L), (second.Updates.Single().Bytes, second.FreshBytes));

        // Nothing new at all: no pack.
        File.Delete(Path.Join(_scene.Build, "new.bin"));
        await _scene.PublishAsync("1.2.0");
        Assert.Equal(250_000L, Assert.Single(_scene.Manifest().Packs).Size);
        Assert.Empty((await _scene.CheckAsync()).Problems);
    }

    [Fact]
    public async Task The_same_build_gives_the_same_bytes_whoever_packs_it()
    {
        using var other = new PublishScene();
        for (var i = 0; i < 400; i++)
        {
            foreach (var scene in new[] { _scene, other })
            {
                var path = $"d{i % 7}/file{i}.txt";
                scene.Write(path, string.Concat(Enumerable.Repeat($"line {i}\n", i * 10)));
                File.SetLastWriteTimeUtc(Path.Join(scene.Build, path), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
            }
        }

        await _scene.PublishAsync("1.0.0");
        await other.PublishAsync("1.0.0");

        Assert.Equal(Releases(_scene), Releases(other));

        static Dictionary<string, string> Releases(PublishScene scene) =>
            scene.Served().Where(file => file.Key.StartsWith("releases/", StringComparison.Ordinal)).ToDictionary();
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_tells_how_large_updates_are()
    {
        _scene.Write("app.bin", PublishScene.Noise(10_000, seed: 1));
        await _scene.PublishAsync(_scene.Request("1.0.0") with { IsDryRun = true });
        Assert.False(Directory.Exists(_scene.Server));
        await _scene.PublishAsync("1.0.0");
        var before = _scene.Served();
        _scene.Write("more.bin", PublishScene.Noise(5_000, seed: 2));

        var told = await _scene.PublishAsync(_scene.Request("1.1.0") with { IsDryRun = true });

        Assert.Equal(before, _scene.Served());
        Assert.Equal(("1.0.0", 5_000L), (told.Updates.Single().From.ToString(), told.Updates.Single().Bytes));
        Assert.True(told.SentBytes > 5_000);
    }

    [Fact]
    public async Task A_damaged_pack_is_not_relied_upon_and_publishing_again_heals_it()
    {
        _scene.Write("app.bin", PublishScene.Noise(10_000, seed: 1));
        await _scene.PublishAsync("1.0.0");
        File.Delete(Directory.EnumerateFiles(_scene.Server, "content.pack", SearchOption.AllDirectories).Single());
        _scene.Write("more.bin", PublishScene.Noise(5_000, seed: 2));

        await _scene.PublishAsync("1.1.0");

        Assert.Equal(15_000L, Assert.Single(_scene.Manifest().Packs).Size);
    }

    [Fact]
    public async Task Another_app_and_another_key_are_refused()
    {
        _scene.Write("app.txt", "one");
        await _scene.PublishAsync("1.0.0");
        await Assert.ThrowsAsync<SettingsException>(() => _scene.PublishAsync(_scene.Request("1.1.0") with { App = "com.example.other" }));

        using var stranger = new PublishScene();
        stranger.Write("app.txt", "two");
        stranger.Target = _scene.Target;
        var before = _scene.Served();

        Assert.Contains("not signed by this key", (await Assert.ThrowsAsync<UntrustedException>(() => stranger.PublishAsync("1.1.0"))).Message, StringComparison.Ordinal);
        Assert.Equal(before, _scene.Served());
    }

    [Fact]
    public async Task A_list_of_releases_that_somebody_changed_is_refused()
    {
        _scene.Write("app.txt", "one");
        await _scene.PublishAsync("1.0.0");
        var list = Path.Join(_scene.Server, "releases.ini");
        await File.WriteAllTextAsync(list, (await File.ReadAllTextAsync(list)).Replace("sequence = 1", "sequence = 0", StringComparison.Ordinal));

        await Assert.ThrowsAsync<UntrustedException>(() => _scene.PublishAsync("1.1.0"));
    }
}
