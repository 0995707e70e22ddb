using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Settings;

namespace AppUpdater.Bootstrapper;

/// <summary>What the launcher starts. Settings: null where dato.ini says no more than that; what is wrong with it is the problem then.</summary>
internal sealed record LaunchTarget(InstallLayout Layout, RelativePath Run, UpdateSettings? Settings, string? Problem)
{
    internal string Program => Run.Under(Layout.Root);

    /// <summary>Where there is no app yet, nothing can be started instead.</summary>
    internal WaitLimits Limits => Settings is { } settings && File.Exists(Program)
        ? new WaitLimits(settings.Update.CheckWithin, settings.Update.StageWithin)
        : new WaitLimits(null, null);

    /// <param name="settingsFile">dato.ini's full path.</param>
    /// <param name="ownPath">The launcher's own.</param>
    /// <exception cref="SettingsException">It does not say what to start, or says this launcher.</exception>
    internal static LaunchTarget Read(string settingsFile, string ownPath)
    {
        var (settings, directory, run, problem) = Read(settingsFile);
        var layout = new InstallLayout(directory);
        if (run is not { } entry)
            throw new SettingsException($"{settingsFile}: [install] run is missing; it names what this launcher starts.");
        return string.Equals(entry.Under(layout.Root), ownPath, LocalPaths.Comparison)
            ? throw new SettingsException($"{settingsFile}: [install] run names this launcher itself; it must name the app.")
            : new LaunchTarget(layout, entry, settings, problem);
    }

    private static (UpdateSettings? Settings, string Directory, RelativePath? Run, string? Problem) Read(string settingsFile)
    {
        var files = new FileSystem();
        try
        {
            var settings = UpdateSettingsReader.Read(files, settingsFile);
            return (settings, settings.Install.Directory, settings.Install.Run, null);
        }
        catch (SettingsException e)
        {
            var (directory, run) = UpdateSettingsReader.ReadRun(files, settingsFile);
            return (null, directory, run, e.Message);
        }
    }
}
