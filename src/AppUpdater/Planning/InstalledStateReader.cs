using AppUpdater.Core.Disk;
using AppUpdater.Releases;
using AppUpdater.Settings;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Planning;

/// <summary>Reads what an install says of itself: installed.json, else a version.ini of this app that somebody put there by hand.</summary>
internal sealed class InstalledStateReader(InstallEnvironment install)
{
    private const int MaxVersionFile = 64 * 1024;

    /// <exception cref="UntrustedException">installed.json is damaged.</exception>
    /// <exception cref="SettingsException">It is of another app than dato.ini names.</exception>
    /// <exception cref="InstallException">It can't be read.</exception>
    internal InstalledState Read()
    {
        var record = ReadRecord();
        var app = install.Settings.Install.App;
        if (record is not null && record.App != app)
        {
            throw new SettingsException(
                $"\"{install.Layout.Root}\" holds the app {PathRules.Show(record.App)}, and [install] app in {install.Settings.File} says "
                + $"{PathRules.Show(app)}. Correct [install] directory or app.");
        }

        return new InstalledState(record, record?.Version ?? VersionByFile(app));
    }

    private InstalledRecord? ReadRecord()
    {
        try
        {
            return InstalledRecordFile.Load(install.FileSystem, install.Layout.InstalledRecord);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"\"{install.Layout.InstalledRecord}\" can't be read: {failure.Message}", failure);
        }
    }

    private NuGet.Versioning.NuGetVersion? VersionByFile(string app)
    {
        var path = Path.Join(install.Layout.Root, "version.ini");
        try
        {
            if (install.Files.Stat(path) is not { Kind: FileKind.File, Length: <= MaxVersionFile })
                return null;
            var version = VersionFileParser.Parse(install.FileSystem.File.ReadAllBytes(path), path);
            return version.App == app ? version.Version : null;
        }
        catch (Exception failure) when (failure is SettingsException or UntrustedException or IOException or UnauthorizedAccessException)
        {
            install.Log.LogWarning("{File} tells no version, so the whole tree is compared: {Reason}", path, failure.Message);
            return null;
        }
    }
}
