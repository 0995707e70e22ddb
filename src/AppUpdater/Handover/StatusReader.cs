using AppUpdater.Backup;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Handover;

/// <summary>What lies beside an app, put together for a person. Takes no lock and asks no server.</summary>
internal sealed class StatusReader(InstallEnvironment install, SwapStore store, OutcomeFile outcomes)
{
    internal InstallStatus Read()
    {
        var state = new InstalledStateReader(install).Read();
        var swap = store.Find();
        var swaps = outcomes.ReadAll();
        return new InstallStatus(
            install.Settings.Install.App,
            state.Version,
            state.Record?.Files.Count ?? 0,
            swap is { State: SwapState.Prepared } pending ? pending.Header.To : null,
            swap is { State: SwapState.Committed } committed ? committed.Header.To : null,
            [.. new BackupReader(install.Layout, install.Files).List()],
            [.. TrustFile.Load(install.FileSystem, install.Layout.Trust).Refused.Select(refused => refused.Release)],
            swap is { State: SwapState.Committed } watched ? WithStarts(watched, swaps.FirstOrDefault()) : swaps.FirstOrDefault(),
            [.. swaps.Skip(1)]);
    }

    /// <summary>A start is counted before anything else can be told of it.</summary>
    private SwapOutcome? WithStarts(FoundSwap swap, SwapOutcome? last) =>
        last is { Result: SwapResult.Committed } ? last with { Starts = new StartCount(install.Files, swap.Directory).Read().Total } : last;
}
