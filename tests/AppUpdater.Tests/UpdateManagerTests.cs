using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Testing;
using AppUpdater.Tests.Handover;
using AppUpdater.Tests.Staging;

namespace AppUpdater.Tests;

public sealed partial class UpdateManagerTests : IDisposable
{
    private readonly TestInstall _install = new();

    public void Dispose() => _install.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_release_that_just_failed_to_go_in_is_left_for_the_next_start_unless_forced()
    {
        _install.Publish("1.0", ("app", "one"));
        await using (var first = _install.Open())
            _install.HeldBack = (await first.CheckAsync())!.Release.Id;

        await using var updater = _install.Open();

        Assert.Null(await updater.CheckAsync());
        Assert.NotNull(await updater.CheckAsync(new CheckOptions { Force = true }));
        _install.Publish("1.1", ("app", "two"));
        Assert.NotNull(await updater.CheckAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_empty_folder_becomes_the_release()
    {
        _install.Publish("1.0", ("app", "one"), ("lib/ñ core.dll", "core"));

        var staged = await _install.UpdateAsync();

        Assert.Equal((null, "1.0"), (staged.From?.ToString(), staged.To?.ToString()));
        Assert.Equal(["app", "lib/ñ core.dll", "version.ini"], _install.Tree().Keys.Order(StringComparer.Ordinal));
        Assert.Equal("core", _install.Read("lib/ñ core.dll"));
        Assert.Equal(7, staged.BytesFetched);
        Assert.Null(staged.Backup);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_version_again_is_neither_listed_nor_fetched()
    {
        _install.Publish("1.0", ("app", "one"));
        await _install.UpdateAsync();
        _install.Server.Asked.Clear();
        _install.Server.Opened.Clear();
        await using var updater = _install.Open();

        Assert.Null(await updater.CheckAsync());

        Assert.Empty(_install.Server.Asked);
        Assert.Equal("version.ini", Assert.Single(_install.Server.Opened).Path.Value);
    }

    /// <summary>nginx and vsftpd show no names that begin with a dot, Apache no README: to be removed, a file must be gone.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_file_that_the_listing_only_hides_is_not_removed()
    {
        _install.Publish("1.0", ("app", "one"), (".config", "dot"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "two"), (".config", "dot"));
        _install.Server.Hidden.Add(RelativePath.Parse(".config"));
        await using var updater = _install.Open();

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => updater.CheckAsync());

        Assert.Contains(".config", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_listing_that_lacks_the_version_ini_just_read_is_not_believed()
    {
        _install.Publish("1.0", ("app", "one"), ("lib", "core"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "two"), ("lib", "core"));
        _install.Server.Hidden.Add(RelativePath.Parse("version.ini"));
        await using var updater = _install.Open();

        var failure = await Assert.ThrowsAsync<MissingException>(() => updater.CheckAsync());

        Assert.Contains("version.ini", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_what_changed_is_fetched_and_the_users_files_stay()
    {
        _install.Publish("1.0", ("app", "one"), ("same", "same"), ("old/gone", "gone"));
        await _install.UpdateAsync();
        _install.Write("saves/mine", "mine");
        _install.Publish("1.1", ("app", "two!"), ("added", "added"));
        _install.Server.Put("same", "same"u8.ToArray(), ScriptedSource.Time.AddSeconds(4));

        var staged = await _install.UpdateAsync();

        Assert.Equal("two!", _install.Read("app"));
        Assert.Equal(["added", "app", "same", "saves/mine", "version.ini"], _install.Tree().Keys.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Join(_install.Root, "old")));
        Assert.Equal(9, staged.BytesFetched);
        Assert.Equal(["Add added", "Change app", "Remove old/gone"], staged.Changes.Select(change => $"{change.Kind} {change.Path}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_the_user_changed_is_kept_beside()
    {
        _install.Publish("1.0", ("app", "one"), ("config", "default"));
        await _install.UpdateAsync();
        _install.Write("config", "the user's");
        _install.Publish("1.1", ("app", "two"), ("config", "new default"));

        await _install.UpdateAsync();

        var tree = _install.Tree();
        Assert.Equal("new default", tree["config"]);
        Assert.Equal("the user's", Assert.Single(tree, file => file.Key.StartsWith("config.user-", StringComparison.Ordinal)).Value);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_release_that_changes_while_it_is_fetched_arrives_as_one_state()
    {
        _install.Publish("1.0", ("app", "one"), ("lib", "lib one"));
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();
        _install.Server.OnOpen = (path, _) =>
        {
            if (path.Value != "lib")
                return;
            _install.Server.OnOpen = null;
            _install.Publish("1.1", ("app", "app two"), ("lib", "lib two"));
        };

        var staged = await updater.StageAsync(plan!);
        _install.Swap();

        Assert.Equal("1.1", staged.To!.ToString());
        Assert.Equal(("app two", "lib two"), (_install.Read("app"), _install.Read("lib")));
        Assert.Contains("version = 1.1", _install.Read("version.ini"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_was_only_missing_while_it_was_uploaded_is_not_removed()
    {
        _install.Publish("1.0", ("app", "one"), ("lib", "lib one"));
        await _install.UpdateAsync();
        _install.Server.Remove("lib");
        _install.Server.Put("version.ini", TestInstall.VersionIni("1.1"));
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();
        Assert.Equal((ChangeKind.Remove, 0L), (Assert.Single(plan!.Changes).Kind, plan.BytesToFetch));
        _install.Server.Put("lib", "lib two"u8.ToArray());

        await updater.StageAsync(plan);
        _install.Swap();

        Assert.Equal("lib two", _install.Read("lib"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_release_that_failed_here_is_not_taken_in_the_middle_of_another_update()
    {
        _install.Publish("1.2", ("app", "bad"));
        await using var updater = _install.Open();
        var bad = (await updater.CheckAsync())!.Release;
        Directory.CreateDirectory(_install.Layout.Own);
        var refused = new RefusedRelease(bad.Id, "1.2.0", RefusalReason.Undone, DateTimeOffset.UnixEpoch);
        await File.WriteAllBytesAsync(_install.Layout.Trust, TrustFile.Write(new TrustRecord([refused])));
        _install.Publish("1.1", ("app", "good"));
        var plan = await updater.CheckAsync();
        _install.Publish("1.2", ("app", "bad"));

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => updater.StageAsync(plan!));

        Assert.Contains("was withdrawn", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_of_ours_that_another_process_holds_is_an_install_failure()
    {
        _install.Publish("1.0", ("app", "one"));
        Directory.CreateDirectory(_install.Layout.Own);
        await using var held = new FileStream(_install.Layout.Trust, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        await using var updater = _install.Open();

        var failure = await Assert.ThrowsAsync<InstallException>(() => updater.CheckAsync());

        Assert.Contains("trust.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_login_refused_once_is_tried_again_by_the_next_check_only()
    {
        using var served = new TempFolder();
        await File.WriteAllBytesAsync(served["version.ini"], TestInstall.VersionIni("1.0"));
        await using var server = LoopbackFtpServer.Start(served.Root);
        server.Faults.RefuseLogin(times: 1);
        _install.Write("dato.ini", $"[server]\nurl = {server.Url}\n[install]\napp = {TestInstall.App}\n[trust]\nallow_unsigned = true\n");
        await using var updater = UpdateManager.FromSettings(Path.Join(_install.Root, "dato.ini"));

        await Assert.ThrowsAsync<UnreachableException>(() => updater.CheckAsync());
        Assert.Equal(1, server.Connections);
        Assert.NotNull(await updater.CheckAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_odd_is_logged_beside_the_install_where_the_host_has_no_log()
    {
        _install.Write("dato.ini", $"[server]\nurl = {_install.Root}/nowhere\n[install]\napp = a\n[updte]\nx = 1\n");
        await using (UpdateManager.FromSettings(Path.Join(_install.Root, "dato.ini")))
            Assert.False(Directory.Exists(_install.Layout.Own));
        Directory.CreateDirectory(_install.Layout.Own);

        await using (UpdateManager.FromSettings(Path.Join(_install.Root, "dato.ini")))
            Assert.Contains("[updte] is not known", await File.ReadAllTextAsync(_install.Layout.Log), StringComparison.Ordinal);
    }
}
