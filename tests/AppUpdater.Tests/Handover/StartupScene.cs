using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

/// <summary>An install in a temporary folder and a host that starts there; what it hands over is kept.</summary>
internal sealed class StartupScene : IDisposable
{
    internal StartupScene() => Layout = new InstallLayout(Temp.Root);

    internal TempFolder Temp { get; } = new();

    internal InstallLayout Layout { get; }

    internal IDurableFiles Files { get; } = DurableFiles.ForThisSystem();

    internal List<BootstrapperCommand> HandedOver { get; } = [];

    internal StartupReport Startup(params string[] args) =>
        new HostStartup(Layout, Files, NullLogger.Instance, (_, command) => HandedOver.Add(command)).Run(args);

    internal FoundSwap Prepare(string state, ConfirmMode confirm = ConfirmMode.Alive, string? entry = "app")
    {
        var staged = Temp.Write(".appupdater/staging/app", "new");
        var swap = new SwapStore(Files, Layout).Prepare(new SwapRequest(
            SampleSwap.Header with { Entry = entry is null ? null : RelativePath.Parse(entry), Confirm = confirm },
            [new FileToPlace(RelativePath.Parse("app"), staged, ContentHash.Of("new"u8), OldHash: null, Mode: null, Modified: null)],
            [],
            [],
            Temp.Write("bootstrapper", "the bootstrapper")));
        if (state != "prepared")
            Files.Rename(Path.Join(swap.Directory, "journal-prepared"), Path.Join(swap.Directory, $"journal-{state}"));
        return swap;
    }

    public void Dispose() => Temp.Dispose();
}
