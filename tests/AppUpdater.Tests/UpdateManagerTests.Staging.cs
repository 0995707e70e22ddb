using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Staging;
using AppUpdater.Tests.Handover;
using AppUpdater.Tests.Staging;

namespace AppUpdater.Tests;

public sealed partial class UpdateManagerTests
{
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

    [UnixFact(Timeout = 60_000)]
    public async Task A_bootstrapper_that_does_not_run_leaves_nothing_pending()
    {
        _install.Publish("1.0", ("app", "one"));
        await File.WriteAllTextAsync(_install.Bootstrapper, "#!/bin/sh\necho no runtime >&2\nexit 3\n");
        await using var updater = _install.Open();
        var plan = await updater.CheckAsync();

        var failure = await Assert.ThrowsAsync<InstallException>(() => updater.StageAsync(plan!));

        Assert.Contains("does not run here (exit code 3; \"no runtime\")", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_install.Layout.Swaps));
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
    public async Task A_version_that_failed_and_has_no_way_back_makes_way_for_the_next_update()
    {
        _install.Publish("1.0", ("app", "one"));
        await using (var first = _install.Open())
            await first.StageAsync((await first.CheckAsync())!);
        _install.Swap();
        _install.Publish("1.1", ("app", "two"));
        await using (var second = _install.Open())
            await second.StageAsync((await second.CheckAsync())!);
        var swap = new SwapStore(_install.Files, _install.Layout).Find()!;
        new SwapRunner(_install.Files, _install.Layout, TimeProvider.System).Apply(swap);
        new StartCount(_install.Files, swap.Directory).Write(StartsSoFar.None with { Failure = "it crashed" });
        foreach (var kept in Directory.GetFiles(swap.Directory, "*", SearchOption.AllDirectories).Where(file => File.ReadAllText(file) == "one"))
            File.Delete(kept);
        _install.Publish("1.2", ("app", "three"));

        await using var updater = _install.Open();
        await updater.StageAsync((await updater.CheckAsync())!);

        Assert.Equal("1.2.0", (await updater.GetStatusAsync()).Pending);
        Assert.Equal("two", _install.Read("app"));
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
