using System.Diagnostics.CodeAnalysis;
using AppUpdater.Core;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;
using AppUpdater.Handover;

namespace AppUpdater.Bootstrapper;

/// <summary>An install in which nobody works but this process: lock and running mark held alone.</summary>
internal sealed class QuietInstall : IDisposable
{
    private readonly InstallLock _lock;
    private readonly RunningMark _running;

    private QuietInstall(InstallLock taken, RunningMark running)
    {
        _lock = taken;
        _running = running;
    }

    /// <summary>Waits for the host to be gone, for the lock, for every process that shares the mark, and for those that run from the install.</summary>
    /// <returns>The quiet install, or who was still there when the limit had passed.</returns>
    internal static async Task<(QuietInstall? Quiet, string? Reason)> WaitAsync(Workbench bench, BootstrapperCommand command)
    {
        var limit = new Limit(bench.Clock, command.WaitLimit);
        if (command.WaitFor is { } host && !await Polling.UntilEndedAsync(host, limit.Left, bench.Clock, default).ConfigureAwait(false))
            return (null, $"the app still runs as process {host.Id}; close it, and start it again");
        return await HoldAsync(bench, command, limit, () => Others(bench, command).Count == 0).ConfigureAwait(false);
    }

    /// <summary>
    /// As <see cref="WaitAsync"/> without the look by path: a swap that was begun had made sure of that, and what runs from the entry's
    /// path since then are gates that wait for this process.
    /// </summary>
    internal static Task<(QuietInstall? Quiet, string? Reason)> HoldAsync(Workbench bench, BootstrapperCommand command) =>
        HoldAsync(bench, command, new Limit(bench.Clock, command.WaitLimit), () => true);

    public void Dispose()
    {
        _running.Dispose();
        _lock.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The quiet install owns lock and mark.")]
    private static async Task<(QuietInstall? Quiet, string? Reason)> HoldAsync(
        Workbench bench, BootstrapperCommand command, Limit limit, Func<bool> isLeft)
    {
        var taken = await PatientLock.TakeAsync(() => InstallLock.TryTake(bench.Layout), limit.Left, bench.Clock).ConfigureAwait(false);
        if (taken is null)
            return (null, $"another updater ({Holder(bench)}) is at work in {bench.Layout.Root}");
        RunningMark? running;
        try
        {
            running = await PatientLock.TakeAsync(() => TryHoldAlone(bench.Layout, isLeft), limit.Left, bench.Clock).ConfigureAwait(false);
        }
        catch (InstallException)
        {
            taken.Dispose();
            throw;
        }

        if (running is not null)
            return (new QuietInstall(taken, running), null);
        taken.Dispose();
        return (null, Describe(Sharers(bench, command)));
    }

    /// <summary>
    /// Held alone only while nobody is seen by path, not for the time that is waited: an app that starts meanwhile shares the mark, and is
    /// waited for. Kept from it, it would take this for a swap at work and make way.
    /// </summary>
    private static RunningMark? TryHoldAlone(InstallLayout layout, Func<bool> isLeft)
    {
        if (!isLeft() || RunningMark.TryHoldAlone(layout) is not { } alone)
            return null;
        if (isLeft())
            return alone;
        alone.Dispose();
        return null;
    }

    private static string Holder(Workbench bench) =>
        InstallLock.HolderOf(bench.Files, bench.Layout) is { } id ? $"process {id}" : "process unknown";

    /// <summary>Who shares the mark, other users' processes and those started as <c>dotnet MyApp.dll</c> included; else who is seen by its path.</summary>
    private static IReadOnlyList<RunningProgram> Sharers(Workbench bench, BootstrapperCommand command)
    {
        var byPath = Others(bench, command);
        var byMark = LockHolders.Of(bench.Layout.Running).Except([Environment.ProcessId]).ToArray();
        return byMark.Length == 0
            ? byPath
            : [.. byMark.Select(id => byPath.FirstOrDefault(one => one.Id == id) ?? new RunningProgram(id, InstallProcesses.ExecutableOf(id) ?? "of another user"))];
    }

    private static IReadOnlyList<RunningProgram> Others(Workbench bench, BootstrapperCommand command) =>
        InstallProcesses.Under(bench.Layout, [Environment.ProcessId, .. command.Launcher is { } launcher ? [launcher.Id] : Array.Empty<int>()]);

    private static string Describe(IReadOnlyList<RunningProgram> programs) =>
        programs.Count == 0
            ? "a process of the app still runs; close it, and start the app again"
            : $"still running from the install: {string.Join(", ", programs.Take(5).Select(one => $"process {one.Id} ({Shown(one.Executable)})"))}; close it, and start the app or update again";

    /// <summary>Whoever can read the mark's file can share it, from an executable of any name.</summary>
    private static string Shown(string executable) => string.Concat(executable.Where(c => !char.IsControl(c)));

    /// <summary>One time limit for several waits.</summary>
    private sealed class Limit(TimeProvider clock, TimeSpan whole)
    {
        private readonly long _start = clock.GetTimestamp();

        internal TimeSpan Left => clock.GetElapsedTime(_start) is var passed && passed < whole ? whole - passed : TimeSpan.Zero;
    }
}
