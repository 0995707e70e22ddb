using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Staging;
using AppUpdater.Testing;
using AppUpdater.Tests.Handover;
using AppUpdater.Tests.Staging;

namespace AppUpdater.Tests;

public sealed class UpdateManagerTests : IDisposable
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

    [Fact(Timeout = 60_000)]
    public async Task An_update_that_lies_ready_is_not_fetched_twice()
    {
        _install.Publish("1.0", ("app", "one"));
        await using (var first = _install.Open())
            await first.StageAsync((await first.CheckAsync())!);
        _install.Server.Opened.Clear();

        await using (var second = _install.Open())
        {
            var staged = await second.StageAsync((await second.CheckAsync())!);
            Assert.Equal(0, staged.BytesFetched);
            Assert.Equal("1.0.0", (await second.GetStatusAsync()).Pending);
        }

        Assert.Equal("version.ini", Assert.Single(_install.Server.Opened).Path.Value);
        _install.Swap();
        Assert.Equal("one", _install.Read("app"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ready_update_that_the_server_replaced_is_fetched_again()
    {
        _install.Publish("1.0", ("app", "one"));
        await using (var first = _install.Open())
            await first.StageAsync((await first.CheckAsync())!);
        _install.Server.Put("app", "uno"u8.ToArray(), ScriptedSource.Time.AddYears(-1));

        await _install.UpdateAsync();

        Assert.Equal("uno", _install.Read("app"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_updater_is_told_who_is_at_work()
    {
        _install.Publish("1.0", ("app", "one"));
        await using var first = _install.Open();
        var plan = await first.CheckAsync();
        await first.StageAsync(plan!);
        await using var second = _install.Open();

        var failure = await Assert.ThrowsAsync<InstallException>(() => second.StageAsync(plan!));

        Assert.Contains($"Another updater (process {Environment.ProcessId})", failure.Message, StringComparison.Ordinal);
        await first.DisposeAsync();
        await second.StageAsync(plan!);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_bootstrapper_nothing_is_fetched()
    {
        _install.Publish("1.0", ("app", "one"));
        _install.Bootstrapper = Path.Join(_install.Root, "nowhere");
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();
        _install.Server.Opened.Clear();

        var failure = await Assert.ThrowsAsync<InstallException>(() => updater.StageAsync(plan!));

        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_install.Server.Opened);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_that_is_read_only_is_named_before_the_first_byte()
    {
        _install.Publish("1.0", ("app", "one"), ("lib/core", "core"));
        Directory.CreateDirectory(Path.Join(_install.Root, "lib"));
        _install.Files = new ReadOnlyFolder(DurableFiles.ForThisSystem(), Path.Join(_install.Root, "lib"));
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();
        _install.Server.Opened.Clear();

        var failure = await Assert.ThrowsAsync<InstallException>(() => updater.StageAsync(plan!));

        Assert.Contains(Path.Join(_install.Root, "lib"), failure.Message, StringComparison.Ordinal);
        Assert.Empty(_install.Server.Opened);
        Assert.Empty(_install.Tree());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_started_and_what_the_kernel_runs_is_executable_and_nothing_else()
    {
        if (OperatingSystem.IsWindows())
            return;
        _install.Publish("1.0", ("app", "one"), ("script", "#!/bin/sh"), ("elf", "\u007fELF..."), ("data", "data"));
        await _install.UpdateAsync();
        File.SetUnixFileMode(Path.Join(_install.Root, "data"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _install.Publish("1.1", ("app", "two"), ("script", "#!/bin/sh"), ("elf", "\u007fELF..."), ("data", "data!"));
        await _install.UpdateAsync();

        Assert.Equal(
            ["app 755", "data 600", "elf 755", "script 755"],
            new[] { "app", "data", "elf", "script" }.Select(path => $"{path} {Convert.ToString((int)_install.Files.Stat(Path.Join(_install.Root, path))!.Mode!, 8)}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_phases_are_told_in_order()
    {
        _install.Publish("1.0", ("app", "one"));
        await _install.UpdateAsync();
        _install.Progress.Clear();
        _install.Publish("1.1", ("app", "two!"));

        await _install.UpdateAsync();

        Assert.Equal(
            [UpdatePhase.Download, UpdatePhase.Verify, UpdatePhase.Backup, UpdatePhase.Prepare], _install.Progress.Select(step => step.Phase).Distinct());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_swap_that_was_cut_off_is_finished()
    {
        _install.Publish("1.0", ("app", "one"));
        await using (var first = _install.Open())
            await first.StageAsync((await first.CheckAsync())!);
        var swap = new SwapStore(_install.Files, _install.Layout).Find()!;
        _install.Files.Rename(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, "journal-applying"));
        await using var updater = _install.Open();

        using (var running = RunningMark.TryShare(_install.Layout) ?? throw new InvalidOperationException("The mark is taken."))
            await Assert.ThrowsAsync<InstallException>(() => updater.RecoverAsync());
        var outcome = await updater.RecoverAsync();

        Assert.Equal((SwapResult.Committed, "1.0.0"), (outcome!.Result, outcome.To));
        Assert.Equal("one", _install.Read("app"));
        Assert.Null(await updater.RecoverAsync());
        Assert.Equal(("1.0.0", "1.0.0"), ((await updater.GetStatusAsync()).Version!.ToNormalizedString(), (await updater.GetStatusAsync()).OnProbation));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("new/0")]
    [InlineData("bootstrapper")]
    public async Task A_pending_update_that_was_damaged_is_fetched_anew(string damaged)
    {
        _install.Publish("1.0", ("app", "one"));
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();
        await updater.StageAsync(plan!);
        var swap = new SwapStore(_install.Files, _install.Layout).Find()!;
        await File.WriteAllTextAsync(Path.Join(swap.Directory, damaged), "scanned");

        var staged = await updater.StageAsync(plan!);

        Assert.NotEqual(swap.Header.Id, staged.SwapId);
        Assert.Equal(3, staged.BytesFetched);
        _install.Swap();
        Assert.Equal("one", _install.Read("app"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bootstrapper_that_does_not_run_here_shows_while_the_app_is_there()
    {
        await File.WriteAllTextAsync(_install.Bootstrapper, "#!/bin/sh\necho 'You must install .NET.' >&2\nexit 131\n");
        _install.Publish("1.0", ("app", "one"));
        await using var updater = _install.Open();

        var failure = await Assert.ThrowsAsync<InstallException>(async () => await updater.StageAsync((await updater.CheckAsync())!));

        Assert.Contains("131", failure.Message, StringComparison.Ordinal);
        Assert.Contains("You must install .NET.", failure.Message, StringComparison.Ordinal);
        Assert.Null(new SwapStore(_install.Files, _install.Layout).Find());
    }

    [Fact(Timeout = 60_000)]
    public async Task While_a_version_is_on_probation_nothing_new_is_staged()
    {
        _install.Publish("1.0", ("app", "one"));
        await using (var first = _install.Open())
            await first.StageAsync((await first.CheckAsync())!);
        new SwapRunner(_install.Files, _install.Layout, TimeProvider.System).Apply(new SwapStore(_install.Files, _install.Layout).Find()!);
        _install.Publish("1.1", ("app", "two"));
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();
        var watch = WatchMark.TryTake(new SwapStore(_install.Files, _install.Layout).Find()!.Directory)!;

        var staging = updater.StageAsync(plan!);
        await Task.Delay(300);
        Assert.False(staging.IsCompleted);
        watch.Dispose();
        await staging;

        Assert.Equal("1.1.0", (await updater.GetStatusAsync()).Pending);
    }
}
