using System.ComponentModel;
using System.Diagnostics;
using AppUpdater.Core;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>
/// Starts the bootstrapper's copy that carries out a prepared swap. It outlives this process: a child belongs to nobody but itself,
/// and the bootstrapper ignores the hang-up of a terminal while it works. It stays in this process's group, where the app that it starts
/// again is reached by the terminal and by a supervisor; one that kills the whole group kills it too, see <see cref="NextStartMark"/>.
/// </summary>
internal sealed class BootstrapperLauncher(InstallLayout layout, ILogger log)
{
    /// <summary>Starts it and does not wait. Returns the process, or null where it has ended already.</summary>
    /// <exception cref="InstallException">It is missing or can't be started; the swap stays pending.</exception>
    internal ProcessIdentity? Launch(FoundSwap swap, LaunchRequest request) => Start(swap.Bootstrapper, Command(swap, request));

    /// <summary>What <see cref="Launch"/> asks of the bootstrapper.</summary>
    internal BootstrapperCommand Command(FoundSwap swap, LaunchRequest request) => new()
    {
        Verb = BootstrapperVerb.Apply,
        Install = layout.Root,
        Swap = swap.Header.Id,
        WaitFor = request.WaitFor,
        Launcher = request.WaitFor is null ? ProcessIdentity.OfThisProcess() : null,
        WaitLimit = request.WaitLimit,
        Relaunch = request.Relaunch,
        WorkingDirectory = request.WorkingDirectory,
        Arguments = [.. request.Arguments],
    };

    /// <exception cref="InstallException">It is missing or can't be started.</exception>
    internal ProcessIdentity? Start(string bootstrapper, BootstrapperCommand command)
    {
        // Full path, no shell, no search (CVE-2025-49144, CVE-2024-39698).
        var start = new ProcessStartInfo(bootstrapper) { UseShellExecute = false, WorkingDirectory = layout.Root };
        foreach (var argument in command.ToArguments())
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            log.LogInformation("The bootstrapper {Bootstrapper} was started as process {Id}.", bootstrapper, process.Id);
            return ProcessIdentity.Of(process.Id);
        }
        catch (Win32Exception e)
        {
            throw new InstallException(
                $"The bootstrapper {bootstrapper} can't be started ({e.Message}). {(File.Exists(bootstrapper) ? "" : $"It was removed {PlacedFiles.ByAnother}. ")}"
                + "The update stays pending; the next check stages it again.", e);
        }
    }
}
