using System.Text;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Tests.Handover;

namespace AppUpdater.Tests;

public sealed class UpdateManagerRefusalTests : IDisposable
{
    private readonly TestInstall _install = new();

    public void Dispose() => _install.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("rollout = 100")]
    [InlineData("notes = now with an explanation")]
    [InlineData("published = 2026-11-21T12:00:00Z")]
    public async Task A_release_that_failed_here_does_not_come_back_by_an_edit_of_its_version_ini(string line)
    {
        _install.Publish("1.1", ("app", "bad"));
        await using var updater = _install.Open();
        Refuse((await updater.CheckAsync())!.Release);
        Assert.Null(await updater.CheckAsync());

        _install.Server.Put("version.ini", Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(TestInstall.VersionIni("1.1"))}{line}\n"));

        Assert.Null(await updater.CheckAsync());
        Assert.NotNull(await updater.CheckAsync(new CheckOptions { Force = true }));
        _install.Publish("1.2", ("app", "bad"));
        Assert.NotNull(await updater.CheckAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pending_update_is_prepared_again_where_its_version_ini_was_edited()
    {
        _install.Publish("1.1", ("app", "one"));
        await using var updater = _install.Open();
        await updater.StageAsync((await updater.CheckAsync())!);
        var edited = $"{Encoding.UTF8.GetString(TestInstall.VersionIni("1.1"))}notes = mended\n";
        _install.Server.Put("version.ini", Encoding.UTF8.GetBytes(edited));

        await updater.StageAsync((await updater.CheckAsync())!);
        _install.Swap();

        Assert.Equal(edited, _install.Read("version.ini"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_version_that_failed_and_was_not_undone_yet_is_undone_before_the_next_update()
    {
        _install.Publish("1.0", ("app", "one"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "bad"));
        await using (var first = _install.Open())
            await first.StageAsync((await first.CheckAsync())!);
        var store = new SwapStore(_install.Files, _install.Layout);
        new SwapRunner(_install.Files, _install.Layout, TimeProvider.System).Apply(store.Find()!);
        new StartCount(_install.Files, store.Find()!.Directory).Write(new StartsSoFar(1, 0, "It crashed."));
        _install.Publish("1.2", ("app", "three"));
        await using var updater = _install.Open();
        var plan = (await updater.CheckAsync())!;

        using (RunningMark.TryShare(_install.Layout))
        {
            var failure = await Assert.ThrowsAsync<InstallException>(() => updater.StageAsync(plan));
            Assert.Contains("It crashed.", failure.Message, StringComparison.Ordinal);
        }

        await updater.StageAsync(plan);

        Assert.Equal("one", _install.Read("app"));
        var status = await updater.GetStatusAsync();
        Assert.Equal((SwapResult.Undone, "1.1.0", "It crashed."), (status.LastSwap!.Result, status.LastSwap.To, status.LastSwap.Reason));
        Assert.StartsWith("1.1.0-", Assert.Single(status.Refused), StringComparison.Ordinal);
    }

    private void Refuse(Release release)
    {
        Directory.CreateDirectory(_install.Layout.Own);
        var refused = new RefusedRelease(release.Id, "1.1.0", RefusalReason.Undone, DateTimeOffset.UnixEpoch);
        File.WriteAllBytes(_install.Layout.Trust, TrustFile.Write(new TrustRecord([refused])));
    }
}
