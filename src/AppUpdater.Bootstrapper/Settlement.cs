using AppUpdater.Core.Locks;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>The last step of a swap, with the lock held: told to the host, then cleared away.</summary>
internal static class Settlement
{
    /// <summary>False where the disk does not take it: the swap stays committed, and keeps no app from starting or running.</summary>
    internal static bool IsConfirmed(Workbench bench, FoundSwap swap, WatchMark? watch)
    {
        try
        {
            // Another process may have settled it since.
            if (bench.Store.Find() is not { State: SwapState.Committed } found || found.Header.Id != swap.Header.Id)
                return true;
            var report = bench.Runner.Confirm(found);
            if (report.State != SwapState.Confirmed)
                throw new InstallException(report.Reason ?? $"It is {report.State}.");
        }
        catch (UpdateException e)
        {
            bench.Log.LogError("{Version} could not be confirmed: {Reason}", swap.Header.To, e.Message);
            return false;
        }

        bench.Report(swap.Header, SwapResult.Confirmed, reason: null);
        watch?.Dispose(); // its file lies in the folder that goes
        Clear(bench, swap with { State = SwapState.Confirmed });
        return true;
    }

    /// <summary>Whether the old version is back. If not, gate and journal stay, and the next start tries again.</summary>
    internal static bool IsUndone(Workbench bench, FoundSwap swap, SwapReport report, string? reason)
    {
        Tell(bench, report);
        if (report.State != SwapState.Undone)
        {
            bench.Report(swap.Header, SwapResult.Blocked, $"{reason} The undo is blocked: {report.Reason}");
            bench.Say($"The undo is blocked: {report.Reason} Nothing is lost; remove the obstacle and start the app again.");
            return false;
        }

        bench.Report(swap.Header, SwapResult.Undone, reason ?? report.Reason);
        Clear(bench, swap with { State = SwapState.Undone });
        return true;
    }

    internal static void Clear(Workbench bench, FoundSwap swap)
    {
        try
        {
            bench.Store.Clear(swap);
        }
        catch (InstallException e)
        {
            // What is left is cleared by the next update; the app does not wait for it.
            bench.Log.LogWarning("{Reason}", e.Message);
        }
    }

    internal static void Tell(Workbench bench, SwapReport report)
    {
        foreach (var file in report.KeptFiles)
            bench.Log.LogWarning("A file with unknown content was kept as {File}.", file);
        bench.NoteKept(report.KeptFiles);
    }
}
