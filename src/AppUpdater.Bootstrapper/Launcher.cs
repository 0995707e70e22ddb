using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using AppUpdater.Planning;
using AppUpdater.Settings;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Started under its own name beside a dato.ini: updates the app, then starts it. Whatever fails, the app is started all the same.
/// The swap is a copy's work, so that this file can itself be replaced.
/// </summary>
internal sealed class Launcher(string ownPath, string settingsFile, IReadOnlyList<string> args)
{
    private static readonly TimeSpan CheckWithin = TimeSpan.FromSeconds(5);

    /// <exception cref="SettingsException">dato.ini does not say what to start, or says this launcher.</exception>
    internal async Task<int> RunAsync()
    {
        var settings = UpdateSettingsReader.Read(new FileSystem(), settingsFile);
        if (settings.Install.Run is not { } run)
            throw new SettingsException($"{settingsFile}: [install] run is missing; it names what this launcher starts.");
        var layout = new InstallLayout(settings.Install.Directory);
        if (string.Equals(run.Under(layout.Root), ownPath, LocalPaths.Comparison))
            throw new SettingsException($"{settingsFile}: [install] run names this launcher itself; it must name the app.");
        if (await SwapAsync(layout).ConfigureAwait(false) is { } swap)
        {
            try
            {
                return await Successor.RunAsync(swap.Bootstrapper, Command(layout, swap, run).ToArguments()).ConfigureAwait(false);
            }
            catch (InstallException e) when (swap.State == SwapState.Prepared)
            {
                Say(e.Message);
            }
        }

        return await Successor.RunAsync(run.Under(layout.Root), args).ConfigureAwait(false);
    }

    /// <summary>The swap that has to be finished or applied before the app starts, or null.</summary>
    private async Task<FoundSwap?> SwapAsync(InstallLayout layout)
    {
        try
        {
            var store = new SwapStore(DurableFiles.ForThisSystem(), layout);
            if (store.Find() is { } unfinished)
                return unfinished;
            return await StageAsync().ConfigureAwait(false) ? store.Find() : null;
        }
        catch (OperationCanceledException)
        {
            Say($"the server did not answer within {CheckWithin.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is UpdateException or IOException or UnauthorizedAccessException)
        {
            Say(e.Message);
        }

        return null;
    }

    private async Task<bool> StageAsync()
    {
        using var limit = new CancellationTokenSource(CheckWithin, TimeProvider.System);
        var updater = UpdateManager.FromSettings(settingsFile, new UpdateOptions { Bootstrapper = ownPath });
        await using (updater.ConfigureAwait(false))
        {
            if (await updater.CheckAsync(new CheckOptions { Within = CheckWithin }, limit.Token).ConfigureAwait(false) is not { } plan)
                return false;
            await Console.Error.WriteLineAsync($"AppUpdater: fetching {plan.To}…").ConfigureAwait(false);
            await updater.StageAsync(plan).ConfigureAwait(false);
            return true;
        }
    }

    private BootstrapperCommand Command(InstallLayout layout, FoundSwap swap, RelativePath run) => new()
    {
        Verb = swap.State == SwapState.Prepared ? BootstrapperVerb.Apply : BootstrapperVerb.Recover,
        Install = layout.Root,
        Swap = swap.State == SwapState.Prepared ? swap.Header.Id : null,
        Run = run,
        Launcher = OperatingSystem.IsWindows() ? ProcessIdentity.OfThisProcess() : null,
        Relaunch = true,
        Stay = true,
        WorkingDirectory = Environment.CurrentDirectory,
        Arguments = [.. args],
    };

    private static void Say(string reason) => Console.Error.WriteLine($"AppUpdater: no update: {reason} The app is started as it is.");
}
