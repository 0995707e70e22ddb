using AppUpdater.Bootstrapper;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Tests.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Bootstrapper;

/// <summary>A rollback that was staged, and that a bootstrapper applies which no host handed it to, as the launcher's or a later start's.</summary>
public sealed class RollbackTests : IDisposable
{
    private readonly TestInstall _install = new();

    public void Dispose() => _install.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task What_a_rollback_left_is_not_offered_again_whoever_applied_it()
    {
        var swap = await StageAsync();

        Assert.Equal(ExitCodes.Done, await ApplyAsync(swap));

        Assert.Equal("one", _install.Read("app"));
        await using var updater = _install.Open();
        Assert.Null(await updater.CheckAsync());
        Assert.NotNull(await updater.CheckAsync(new CheckOptions { Force = true }));
        _install.Publish("1.2", ("app", "three"));
        Assert.NotNull(await updater.CheckAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rollback_goes_on_where_it_cannot_be_remembered()
    {
        var swap = await StageAsync();
        await File.WriteAllTextAsync(_install.Layout.Trust, "no record");

        Assert.Equal(ExitCodes.Done, await ApplyAsync(swap));

        Assert.Equal("one", _install.Read("app"));
        Assert.Equal("no record", await File.ReadAllTextAsync(_install.Layout.Trust));
    }

    private async Task<string> StageAsync()
    {
        _install.Publish("1.0", ("app", "one"));
        await _install.UpdateAsync();
        _install.Publish("1.1", ("app", "two"));
        await _install.UpdateAsync();
        await using var updater = _install.Open();
        return (await updater.StageRollbackAsync())!.SwapId;
    }

    private async Task<int> ApplyAsync(string swap)
    {
        var command = new BootstrapperCommand { Verb = BootstrapperVerb.Apply, Install = _install.Root, Swap = swap };
        var bench = new Workbench(_install.Layout, _install.Files, TimeProvider.System, NullLogger.Instance);
        return await new SwapVerbs(bench, command, new AppSession(bench, new NoStarts(), command, () => false)).RunAsync();
    }

    private sealed class NoStarts : IAppStarter
    {
        public IAppProcess Start(AppStart start) => throw new InvalidOperationException("Nobody asked for a start.");
    }
}
