using AppUpdater.Bootstrapper;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Bootstrapper;

/// <summary>A committed swap on a real disk, an app without a process, and a clock on which nobody waits.</summary>
internal sealed class SessionScene : IAppStarter, IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly IDurableFiles _files = DurableFiles.ForThisSystem();

    internal SessionScene() => Layout = new InstallLayout(_temp.Root);

    internal InstallLayout Layout { get; }

    internal JumpingClock Clock { get; } = new();

    /// <summary>What was started: the entry's bytes at that moment.</summary>
    internal List<string> Started { get; } = [];

    /// <summary>The release that each start was told not to take up again.</summary>
    internal List<string?> HeldBack { get; } = [];

    /// <summary>What the new version does once it is started.</summary>
    internal Action<StubApp> New { get; set; } = app => app.End(0);

    internal bool IsStopAsked { get; set; }

    internal SwapStore Store => new(_files, Layout);

    internal Outcomes Told => new(new OutcomeFile(Layout, _files, NullLogger.Instance).ReadAll());

    internal FoundSwap Commit(ConfirmMode confirm = ConfirmMode.Alive)
    {
        var old = _temp.Write("app", "old");
        var staged = _temp.Write(".appupdater/staging/app", "new");
        Store.Prepare(new SwapRequest(
            SampleSwap.Header with { Release = "release-2", Confirm = confirm },
            [new FileToPlace(RelativePath.Parse("app"), staged, ContentHash.Of("new"u8), ContentHash.Of(File.ReadAllBytes(old)), Mode: null, Modified: null)],
            [],
            [],
            _temp.Write("bootstrapper", "the bootstrapper")));
        new SwapRunner(_files, Layout, Clock).Apply(Store.Find()!);
        return Store.Find()!;
    }

    /// <summary>One start of the app by way of a bootstrapper.</summary>
    internal async Task<int> StartAsync()
    {
        var command = new BootstrapperCommand { Verb = BootstrapperVerb.Recover, Install = Layout.Root, Relaunch = true, Stay = true };
        var bench = new Workbench(Layout, _files, Clock, NullLogger.Instance);
        var session = new AppSession(bench, this, command, () => IsStopAsked);
        var found = Store.Find()!;
        return await session.ProveAsync(found, RelativePath.Parse("app"), InstallLock.TryTake(Layout)!);
    }

    public IAppProcess Start(AppStart start)
    {
        var version = File.ReadAllText(start.Program);
        Started.Add(version);
        HeldBack.Add(start.HeldBack);
        var app = new StubApp();
        if (version == "new")
            New(app);
        else
            app.End(0);
        return app;
    }

    public void Dispose() => _temp.Dispose();

    internal sealed record Outcomes(IReadOnlyList<SwapOutcome> All)
    {
        internal SwapOutcome Last => All[0];
    }

    /// <summary>The power went: neither app nor bootstrapper goes on.</summary>
    internal sealed class PowerCut : Exception;

    internal sealed class StubApp : IAppProcess
    {
        private readonly TaskCompletionSource<int> _end = new();

        public int Id => int.MaxValue;

        public Task<int> Ended => _end.Task;

        internal bool ClosesWhenAsked { get; set; }

        /// <summary>What was asked of it: "close", "kill".</summary>
        internal List<string> Asked { get; } = [];

        public void End(int code) => _end.TrySetResult(code);

        public void AskToClose()
        {
            Asked.Add("close");
            if (ClosesWhenAsked)
                End(143);
        }

        public void Kill()
        {
            Asked.Add("kill");
            End(137);
        }

        public void Dispose()
        {
        }
    }
}
