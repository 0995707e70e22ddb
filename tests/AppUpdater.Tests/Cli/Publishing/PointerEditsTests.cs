using AppUpdater.Cli.Publishing;
using NuGet.Versioning;

namespace AppUpdater.Tests.Cli.Publishing;

public sealed class PointerEditsTests : IDisposable
{
    private readonly PublishScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Each_change_is_signed_has_a_higher_sequence_and_leaves_the_rest_as_it_was()
    {
        await PublishAsync("1.0.0");
        var first = _scene.Pointer();

        await _scene.Edits().RolloutAsync(V("1.0.0"), 25, CancellationToken.None);
        Assert.Equal((25, 2L), (_scene.Pointer().Rollout, _scene.Pointer().Sequence!.Value));
        await _scene.Edits().HaltAsync("stable", CancellationToken.None);
        Assert.Equal((0, 3L), (_scene.Pointer().Rollout, _scene.Pointer().Sequence!.Value));
        await _scene.Edits().RenewAsync(channel: null, TimeSpan.FromDays(100), CancellationToken.None);
        Assert.Equal(_scene.Clock.Now.AddDays(100), _scene.Pointer().Expires);
        await _scene.Edits().MoveAsync("ftps://new.example.org/app", CancellationToken.None);

        var last = _scene.Pointer();
        Assert.Equal(("ftps://new.example.org/app", 5L, 0), (last.Moved, last.Sequence!.Value, last.Rollout));
        Assert.Equal((first.App, first.Version, first.Platform, first.Channel, first.Manifest), (last.App, last.Version, last.Platform, last.Channel, last.Manifest));
        Assert.Empty((await _scene.CheckAsync()).Problems);
    }

    [Fact]
    public async Task A_release_is_promoted_from_one_channel_to_another()
    {
        await PublishAsync("1.0.0");
        await PublishAsync("1.1.0", "beta");
        Assert.Equal("1.0.0", _scene.Pointer().Version.ToString());

        await _scene.Edits().PromoteAsync(V("1.1.0"), "stable", rollout: 10, CancellationToken.None);

        Assert.Equal(_scene.Pointer("version-beta.ini").Manifest, _scene.Pointer().Manifest);
        Assert.Equal(("stable", 3L, 10), (_scene.Pointer().Channel, _scene.Pointer().Sequence!.Value, _scene.Pointer().Rollout));
    }

    [Fact]
    public async Task A_withdrawn_version_is_gone_back_from_and_never_to()
    {
        await PublishAsync("1.0.0");
        var only = await Assert.ThrowsAsync<InstallException>(() => _scene.Edits().WithdrawAsync(V("1.0.0"), CancellationToken.None));
        Assert.Contains("no other release", only.Message, StringComparison.Ordinal);
        await PublishAsync("1.1.0");
        await PublishAsync("1.2.0");

        await Assert.ThrowsAsync<SettingsException>(() => _scene.Edits().WithdrawAsync(V("1.1.0"), CancellationToken.None)); // no channel has it
        await _scene.Edits().WithdrawAsync(V("1.2.0"), CancellationToken.None);
        Assert.Equal(("1.1.0", 4L), (_scene.Pointer().Version.ToString(), _scene.Pointer().Sequence!.Value));
        await PublishAsync("1.3.0");
        await _scene.Edits().WithdrawAsync(V("1.3.0"), CancellationToken.None);
        Assert.Equal("1.1.0", _scene.Pointer().Version.ToString());

        var refused = await Assert.ThrowsAsync<SettingsException>(() => _scene.Edits().PromoteAsync(V("1.2.0"), "stable", 100, CancellationToken.None));
        Assert.Contains("was withdrawn", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        await PublishAsync("1.0.0");

        await Assert.ThrowsAsync<SettingsException>(() => _scene.Edits().RolloutAsync(V("9.0.0"), 10, CancellationToken.None));
        await Assert.ThrowsAsync<SettingsException>(() => _scene.Edits().PromoteAsync(V("9.0.0"), "stable", 10, CancellationToken.None));
        await Assert.ThrowsAsync<SettingsException>(() => _scene.Edits().HaltAsync("beta", CancellationToken.None));
    }

    [Fact]
    public async Task Pruning_keeps_what_a_kept_release_needs_and_what_is_within_its_grace()
    {
        // The server's clock is the disk's, today; the releases are ten days old.
        var today = _scene.Clock.Now;
        _scene.Clock.Now = today.AddDays(-10);
        _scene.Write("shared.bin", PublishScene.Noise(10_000, seed: 100));
        for (var i = 0; i < 4; i++)
        {
            await PublishAsync($"1.{i}.0");
            _scene.Clock.Now = _scene.Clock.Now.AddSeconds(1);
        }

        _scene.Clock.Now = today;
        Assert.Empty((await PruneAsync(keep: 1, TimeSpan.FromDays(30))).Dropped);
        var served = _scene.Served();
        Touch(-TimeSpan.FromDays(3));
        var told = await PruneAsync(keep: 1, TimeSpan.FromDays(1), isDryRun: true);
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0"], told.Dropped.Select(release => release.Version.ToString()));
        Assert.Equal(served, _scene.Served());
        Touch(TimeSpan.FromDays(3));
        var waiting = await PruneAsync(keep: 4, TimeSpan.FromDays(1));
        Assert.Empty(waiting.Files);
        Touch(-TimeSpan.FromDays(3));

        await PruneAsync(keep: 1, TimeSpan.FromDays(1));

        // The first pack holds what the last release shares with it.
        Assert.Equal(2, _scene.Served().Keys.Count(name => name.EndsWith("content.pack", StringComparison.Ordinal)));
        Assert.Single(_scene.Served().Keys, name => name.EndsWith("manifest.json.br", StringComparison.Ordinal));
        Assert.Empty((await _scene.CheckAsync()).Problems);
        Assert.Equal(5, await SequenceAfterOneMoreAsync());
    }

    private async Task<long> SequenceAfterOneMoreAsync()
    {
        await PublishAsync("2.0.0");
        return _scene.Pointer().Sequence!.Value;
    }

    private Task<PruneOutcome> PruneAsync(int keep, TimeSpan grace, bool isDryRun = false) =>
        new Pruning(_scene.Target, _scene.Keys, _scene.Clock, _scene.Notes.Add).RunAsync(keep, grace, isDryRun, overrideLock: false, CancellationToken.None);

    private void Touch(TimeSpan by)
    {
        foreach (var file in Directory.EnumerateFiles(_scene.Server, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file) + by);
    }

    private async Task PublishAsync(string version, string channel = "stable")
    {
        _scene.Write("app.txt", $"this is {version}");
        await _scene.PublishAsync(_scene.Request(version) with { Channel = channel });
    }

    private static NuGetVersion V(string text) => NuGetVersion.Parse(text);
}
