using System.Text;
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

    private void Refuse(PlainRelease release)
    {
        Directory.CreateDirectory(_install.Layout.Own);
        var refused = new RefusedRelease(release.Id, "1.1.0", RefusalReason.Undone, DateTimeOffset.UnixEpoch);
        File.WriteAllBytes(_install.Layout.Trust, TrustFile.Write(new TrustRecord([refused])));
    }
}
