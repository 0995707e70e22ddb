namespace AppUpdater.SwapMatrix.Windows;

/// <summary>An install of the old version with its dato.ini, and the new version in a folder that stands for a server.</summary>
internal sealed class WinePublished(WineTrees trees)
{
    internal const string Launcher = "Start.exe";

    /// <summary>What lies here of the old version alone. Nothing says that this install's files are the updater's: none of them is removed.</summary>
    private static readonly string[] Stays = ["gone", "kind", "turn", "cache"];

    /// <param name="folder">Gets the install as <c>app</c>, and the release as <c>server</c>.</param>
    /// <param name="behaviour">The new version's.</param>
    /// <param name="url">The release's address in dato.ini, by its folder.</param>
    /// <param name="probation">How the new version proves itself: lines of dato.ini.</param>
    /// <param name="launcher">The bootstrapper that is to stand in the app's place; null where none does.</param>
    /// <param name="oldBehaviour">The old version's; null for that of the trees.</param>
    internal WineTemplate Make(string folder, string behaviour, Func<string, string> url, string probation = "confirm_within = 2s", string? launcher = null, string? oldBehaviour = null)
    {
        var (install, server) = (Path.Join(folder, "app"), Path.Join(folder, "server"));
        WineScene.Copy(trees.Old, install);
        Publish(behaviour, server);
        File.WriteAllText(Path.Join(install, "version.ini"), "[version]\nformat = 1\napp = test\nversion = 1.0.0\n");
        if (oldBehaviour is not null)
            WineTrees.WriteBehaviour(install, oldBehaviour, "[1.0]");
        var old = WineTrees.Read(install);
        var @new = WineTrees.Read(server);
        WineTrees.WriteUsers(install);
        if (launcher is not null)
            File.Copy(launcher, Path.Join(install, Launcher));
        File.WriteAllText(
            Path.Join(install, "dato.ini"),
            $"[server]\nurl = {url(server)}\n[install]\napp = test\nrun = app\nprotect = saves/**, notes.txt\n[trust]\nallow_unsigned = true\n[update]\n{probation}\n");
        foreach (var (path, hash) in WineTrees.Read(install).Where(file => !old.ContainsKey(file.Key)))
            (old[path], @new[path]) = (hash, hash);
        return new WineTemplate(folder, old, @new);
    }

    private void Publish(string behaviour, string server)
    {
        WineScene.Copy(trees.New(behaviour), server);
        Directory.Delete(Path.Join(server, "kind"), recursive: true);
        File.Delete(Path.Join(server, "turn"));
        foreach (var name in Stays)
        {
            var source = Path.Join(trees.Old, name);
            if (File.Exists(source))
                File.Copy(source, Path.Join(server, name));
            else
                WineScene.Copy(source, Path.Join(server, name));
        }

        File.WriteAllText(Path.Join(server, "version.ini"), "[version]\nformat = 1\napp = test\nversion = 2.0.0\n");
        // A plain tree is compared by size and time.
        foreach (var file in Directory.EnumerateFiles(server, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddDays(1));
    }
}
