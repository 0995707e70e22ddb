using System.ComponentModel;
using System.Diagnostics;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Processes;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// What a version that failed left running from the install: its children keep files in use and the mark shared, so that nothing can be
/// undone. Told by path and start time, never by name: only what began after this bootstrapper, and no launcher or gate.
/// </summary>
internal sealed class Leftovers(Workbench bench, BootstrapperCommand command)
{
    private const int Rounds = 3; // one child may start another while it is asked
    private const int Terminate = 15;

    private readonly long _begun = ProcessIdentity.OfThisProcess().StartTime;
    private readonly ContentHash? _own = HashOf(Environment.ProcessPath);

    /// <summary>Each is asked to close and ended where it has not after <paramref name="grace"/>.</summary>
    internal async Task EndAsync(TimeSpan grace)
    {
        for (var round = 0; round < Rounds && Find() is { Count: > 0 } found; round++)
        {
            foreach (var (process, program) in found)
            {
                bench.Log.LogWarning("Process {Id} ({Program}) of the version that failed still runs; it is asked to close.", process.Id, program);
                if (process.IsAlive())
                    AskToClose(process.Id);
            }

            bool AllEnded() => found.All(one => !one.Process.IsAlive());
            if (await Polling.UntilAsync(AllEnded, grace, bench.Clock, default).ConfigureAwait(false))
                continue;
            foreach (var (process, program) in found.Where(one => one.Process.IsAlive()))
            {
                bench.Log.LogWarning("Process {Id} ({Program}) did not close; it is ended.", process.Id, program);
                OnProcess(process.Id, one => one.Kill());
            }

            await Polling.UntilAsync(AllEnded, grace, bench.Clock, default).ConfigureAwait(false);
        }
    }

    private List<(ProcessIdentity Process, string Program)> Find()
    {
        // Looked at twice, so that an id that was given out again between the two questions does not count.
        var first = Programs().Select(one => ProcessIdentity.Of(one.Id)).OfType<ProcessIdentity>().Where(one => one.StartTime >= _begun).ToArray();
        var second = first.Length == 0 ? [] : Programs().ToDictionary(one => one.Id, one => one.Executable);
        return [.. first.Where(one => second.ContainsKey(one.Id) && one.IsAlive()).Select(one => (one, second[one.Id]))];
    }

    private IEnumerable<RunningProgram> Programs() => InstallProcesses
        .Under(bench.Layout, [Environment.ProcessId, .. command.Launcher is { } launcher ? [launcher.Id] : Array.Empty<int>()])
        .Where(program => _own is null || HashOf(program.Executable) != _own);

    private static void AskToClose(int id)
    {
        if (OperatingSystem.IsWindows())
            OnProcess(id, one => one.CloseMainWindow());
        else
            _ = UnixCalls.Signal(id, Terminate); // it may end meanwhile
    }

    private static void OnProcess(int id, Action<Process> what)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            what(process);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return; // ended meanwhile, or another user's: who still runs is named when the undo can't be done
        }
    }

    private static ContentHash? HashOf(string? path)
    {
        try
        {
            if (path is null)
                return null;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return ContentHash.Of(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // its file has gone, or is not ours to read
        }
    }
}
