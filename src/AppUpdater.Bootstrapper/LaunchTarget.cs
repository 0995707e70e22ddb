using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Settings;

namespace AppUpdater.Bootstrapper;

/// <summary>What the launcher starts. Settings: null where dato.ini says no more than that.</summary>
internal sealed record LaunchTarget(InstallLayout Layout, RelativePath Run, UpdateSettings? Settings)
{
    internal string Program => Run.Under(Layout.Root);

    /// <summary>Where there is no app yet, nothing can be started instead.</summary>
    internal WaitLimits Limits => Settings is { } settings && File.Exists(Program)
        ? new WaitLimits(settings.Update.CheckWithin, settings.Update.StageWithin)
        : new WaitLimits(null, null);

    /// <param name="settingsFile">dato.ini's full path.</param>
    /// <param name="ownPath">The launcher's own.</param>
    /// <param name="say">Told why there will be no update.</param>
    /// <exception cref="SettingsException">It does not say what to start, or says this launcher.</exception>
    internal static LaunchTarget Read(string settingsFile, string ownPath, Action<string> say)
    {
        var (settings, directory, run) = Read(settingsFile, say);
        var layout = new InstallLayout(directory);
        if (run is not { } entry)
            throw new SettingsException($"{settingsFile}: [install] run is missing; it names what this launcher starts.");
        return string.Equals(entry.Under(layout.Root), ownPath, LocalPaths.Comparison)
            ? throw new SettingsException($"{settingsFile}: [install] run names this launcher itself; it must name the app.")
            : new LaunchTarget(layout, entry, settings);
    }

    private static (UpdateSettings? Settings, string Directory, RelativePath? Run) Read(string settingsFile, Action<string> say)
    {
        var files = new FileSystem();
        try
        {
            var settings = UpdateSettingsReader.Read(files, settingsFile);
            return (settings, settings.Install.Directory, settings.Install.Run);
        }
        catch (SettingsException e)
        {
            var (directory, run) = UpdateSettingsReader.ReadRun(files, settingsFile);
            if (run is not null)
                say(e.Message);
            return (null, directory, run);
        }
    }
}
