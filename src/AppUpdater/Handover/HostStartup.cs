using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>
/// What <see cref="UpdateManager.Startup"/> does. It swaps nothing itself: the process it runs in may be half of each version.
/// Where nothing lies unfinished it costs a few looks at the disk; no ini file is parsed.
/// </summary>
/// <param name="layout">The install.</param>
/// <param name="files">Its disk.</param>
/// <param name="log">Told what happens.</param>
/// <param name="handOver">Starts a bootstrapper in this process's place.</param>
/// <param name="heldBack">The release that this process was started without, see <see cref="HeldBack"/>.</param>
internal sealed class HostStartup(
    InstallLayout layout, IDurableFiles files, ILogger log, Action<string, BootstrapperCommand> handOver, string? heldBack = null)
{
    private static readonly TimeSpan BootstrapperDecides = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SwapEnds = TimeSpan.FromSeconds(10);

    // The bootstrapper before it may have waited in vain for whoever still runs: this start does not wait as long again.
    private static readonly TimeSpan SecondTry = TimeSpan.FromSeconds(5);

    /// <summary>In this process; <paramref name="root"/> as <see cref="InstallLayout"/> wants it. For when <see cref="QuietStart"/> does not know.</summary>
    internal static StartupReport Run(string[] args, string root)
    {
        var layout = new InstallLayout(root);
        var files = DurableFiles.ForThisSystem();
        var log = new EventLog(layout, files, TimeProvider.System);
        var heldBack = Environment.GetEnvironmentVariable(HeldBack.Variable);
        return new HostStartup(layout, files, log, (bootstrapper, command) => HandOver(layout, log, bootstrapper, command), heldBack).Run(args);
    }

    internal StartupReport Run(string[] args)
    {
        if (!HasOwnFolder())
            return Report(null, new VersionSeen(null, IsFirstRun: false));
        var mayShare = TryShare(out var mark);

        // Looked for with the mark shared: from here on no swap can begin.
        var swap = FindSwap();
        if (mark is null && mayShare && swap is { State: SwapState.Prepared })
            (mark, swap) = WaitUntilDecided();
        if (swap is not null && Command(swap, isShared: mark is not null || !mayShare) is { } command)
            TryHandOver(swap, command with { Arguments = [.. args] });
        else if (swap is null && mark is null && mayShare)
            mark = Polling.ForAsync(() => RunningMark.TryShare(layout), SwapEnds, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        mark?.KeepForLife();
        return Report(swap, new LastRun(layout, files).Look());
    }

    /// <summary>
    /// Nothing has begun, but the mark is held alone: either the swap begins now, or its bootstrapper sees this process by its path and lets
    /// go again. Whoever started this process would not get its exit code if it made way in that moment.
    /// </summary>
    private (RunningMark? Mark, FoundSwap? Swap) WaitUntilDecided()
    {
        RunningMark? mark = null;
        bool IsDecided() => (TryShare(out mark) && mark is not null) || FindSwap() is not { State: SwapState.Prepared };
        Polling.UntilAsync(IsDecided, BootstrapperDecides, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        return (mark, FindSwap());
    }

    private StartupReport Report(FoundSwap? swap, VersionSeen seen) =>
        new(layout.Root, seen.Version, seen.IsFirstRun) { OnProbation = swap is { State: SwapState.Committed } ? swap : null };

    /// <summary>Whether the updater's folder is there; made where a dato.ini says that there will be updates.</summary>
    private bool HasOwnFolder()
    {
        if (files.Stat(layout.Own) is { } found)
            return found.Kind == FileKind.Directory;
        if (files.Stat(Path.Join(layout.Root, "dato.ini")) is null)
            return false;
        try
        {
            files.CreateDirectory(layout.Own);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // a read-only install: nobody updates it as this user
        }
    }

    /// <summary>False where the mark can't be opened at all, as in a read-only install.</summary>
    private bool TryShare(out RunningMark? mark)
    {
        try
        {
            mark = RunningMark.TryShare(layout);
            return true;
        }
        catch (InstallException)
        {
            mark = null;
            return false;
        }
    }

    private FoundSwap? FindSwap()
    {
        // Read without the lock: a transition may pass under the reader's eyes, and looks like two journals or none.
        const int Most = 3;
        for (var tries = 1; tries <= Most && HasSwaps(); tries++)
        {
            try
            {
                if (new SwapStore(files, layout).Find() is { } swap)
                    return swap;
            }
            catch (UpdateException e) when (tries == Most)
            {
                log.LogError("The swap can't be read: {Reason}", e.Message);
            }
            catch (UpdateException)
            {
                continue;
            }
        }

        return null;
    }

    private bool HasSwaps() => files.Stat(layout.Swaps) is { Kind: FileKind.Directory } && files.List(layout.Swaps).Count > 0;

    private BootstrapperCommand? Command(FoundSwap swap, bool isShared)
    {
        var recover = new BootstrapperCommand
        {
            Verb = BootstrapperVerb.Recover,
            Install = layout.Root,
            Run = swap.Header.Entry ?? OwnProgram(),
            WaitFor = OperatingSystem.IsWindows() ? ProcessIdentity.OfThisProcess() : null,
            Relaunch = true,
            Stay = true,
            WorkingDirectory = CurrentFolder(),
        };
        return swap.State switch
        {
            _ when !isShared => recover, // a swap is at work
            SwapState.Applying or SwapState.Undoing => recover,
            SwapState.Committed when swap.Header.Entry is not null && swap.Header.Release != heldBack && !IsWatched(swap) => recover,
            SwapState.Prepared when TakeMarker(swap) is { } marker => recover with
            {
                Verb = BootstrapperVerb.Apply,
                Swap = swap.Header.Id,
                WaitLimit = marker.Bootstrapper is null ? recover.WaitLimit : SecondTry,
            },
            _ => null,
        };
    }

    private static string? CurrentFolder()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            return null; // it was deleted; the app is no worse off in the install
        }
    }

    /// <summary>What this process was started from, if it lies in the install (<c>dotnet MyApp.dll</c> does not).</summary>
    private RelativePath? OwnProgram() =>
        Environment.ProcessPath is { } path
        && RelativePath.TryParse(Path.GetRelativePath(layout.Root, path).Replace(Path.DirectorySeparatorChar, '/'), out var own, out _)
            ? own
            : null;

    /// <summary>
    /// The mark that the swap waits for this start, or null. It waits once: a swap that can't be applied must not keep the app from starting.
    /// </summary>
    private NextStartMark? TakeMarker(FoundSwap swap)
    {
        try
        {
            return NextStartMark.Take(files, swap.Directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The swap {Id} waits for a start by a user who may write there: {Reason}", swap.Header.Id, e.Message);
            return null;
        }
    }

    /// <summary>Whether a bootstrapper watches this probation. One that can't be watched is left alone, or the app would never start.</summary>
    private static bool IsWatched(FoundSwap swap)
    {
        try
        {
            using var mark = WatchMark.TryTake(swap.Directory);
            return mark is null;
        }
        catch (InstallException)
        {
            return true;
        }
    }

    private void TryHandOver(FoundSwap swap, BootstrapperCommand command)
    {
        try
        {
            log.LogInformation("The swap {Id} is {State}: the bootstrapper goes on with {Verb}.", swap.Header.Id, swap.State, command.Verb);
            new SpareBootstrapper(files, layout).TryPutBack(swap, BootstrapperLocator.Places(layout));
            handOver(swap.Bootstrapper, command);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InstallException)
        {
            log.LogError(e, "The bootstrapper of swap {Id} can't take over; this start goes on without it.", swap.Header.Id);
        }
    }

    private static void HandOver(InstallLayout layout, ILogger log, string bootstrapper, BootstrapperCommand command)
    {
        InPlace.TryBecome(bootstrapper, command.ToArguments(), workingDirectory: null);
        new BootstrapperLauncher(layout, log).Start(bootstrapper, command);
        Environment.Exit(ExitCodes.Done);
    }
}
