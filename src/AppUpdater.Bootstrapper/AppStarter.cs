using AppUpdater.Core.Hashing;
using AppUpdater.Core.Processes;

namespace AppUpdater.Bootstrapper;

/// <summary>Starts the app, unless its path still holds the bootstrapper: that would go round for ever.</summary>
/// <param name="ownPath">This bootstrapper's file.</param>
/// <param name="signals">Passed on to the app.</param>
/// <param name="isOnItsOwn">The app outlives a command line that does not wait for it, and so gets none of its streams.</param>
internal sealed class AppStarter(string ownPath, SignalRelay signals, bool isOnItsOwn) : IAppStarter
{
    // Taken at once: this file goes with the swap that it belongs to.
    private readonly (long Length, ContentHash Hash) _own = (new FileInfo(ownPath).Length, HashOf(ownPath));

    public IAppProcess Start(AppStart start)
    {
        if (!File.Exists(start.Program))
            throw new InstallException($"{start.Program} is missing. Install the app again; its own data is not touched by that.");
        // By length first: an app in one file may be a hundred times as long, and its start waits for this.
        if (new FileInfo(start.Program).Length == _own.Length && HashOf(start.Program) == _own.Hash)
        {
            throw new InstallException(
                $"{start.Program} is still the bootstrapper, and no swap is left that would put the app there. Install the app again.");
        }

        // Who reads the output of appupdater would wait for the app's end. A Windows console has no such readers.
        if (isOnItsOwn && !OperatingSystem.IsWindows())
            StandardStreams.Abandon();
        var app = AppProcess.Start(start);
        signals.Follow(app);
        return app;
    }

    private static ContentHash HashOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ContentHash.Of(stream);
    }
}
