using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>
/// A folder with an install in it: app, launcher (the published bootstrapper under a name of its own) and dato.ini. A scene is made once
/// and copied for each case.
/// </summary>
internal sealed class Scene(string root)
{
    internal const string SwapId = "s1";

    private const string FirstLine = "the user's first line";
    private static readonly string[] NotTheApps = ["launch", "dato.ini", "version.ini", "saves/ran"];

    internal string Root => root;

    internal InstallLayout Layout { get; } = new(Path.Join(root, "install"));

    internal string Launcher => Path.Join(Layout.Root, "launch");

    internal string App => Path.Join(Layout.Root, AppVersion.Entry);

    internal string Settings => Path.Join(Layout.Root, "dato.ini");

    internal IDurableFiles Files { get; } = DurableFiles.ForThisSystem();

    internal SwapStore Store => new(Files, Layout);

    /// <summary>The single file that a build of the bootstrapper publishes, put beside this program as beside an app.</summary>
    internal static string Bootstrapper => Path.Join(AppContext.BaseDirectory, "AppUpdater.Bootstrapper");

    /// <summary>What the app's runs wrote, one line each; null where the line that was there before is gone.</summary>
    internal string[]? Runs => File.ReadAllLines(Path.Join(Layout.Root, "saves", "ran")) is [FirstLine, .. var runs] ? runs : null;

    /// <param name="version">What is installed.</param>
    /// <param name="server">The folder that is asked for updates; it may be empty.</param>
    internal void Install(AppVersion version, string server)
    {
        version.WriteTo(Layout.Root);
        foreach (var (path, file) in AppVersion.Users)
            file.WriteTo(Path.Join(Layout.Root, path));
        new AppFile(FirstLine + "\n").WriteTo(Path.Join(Layout.Root, "saves", "ran"));
        Directory.CreateDirectory(Layout.Own);
        File.Copy(Bootstrapper, Launcher);
        Ask(server);
    }

    /// <summary>Folders that were there before the first update are the user's and stay: this one is for the updater to make, and to remove.</summary>
    internal void LeaveToUpdater() => Directory.Delete(Path.Join(Layout.Root, "gone"), recursive: true);

    /// <summary>Writes dato.ini anew, with another server to ask.</summary>
    internal void Ask(string server) => File.WriteAllText(
        Settings,
        $"""
        [server]
        url = {server}
        [install]
        app = test
        run = {AppVersion.Entry}
        protect = saves/**
        [trust]
        allow_unsigned = true
        [update]
        confirm_within = 60s
        check_within = 60s
        stage_within = 120s

        """);

    /// <summary>A swap from the installed version to another, pending.</summary>
    internal FoundSwap Prepare(AppVersion from, AppVersion to)
    {
        var placed = ImmutableArray.CreateBuilder<FileToPlace>();
        foreach (var (path, file) in to.Files.Where(file => from.Files.GetValueOrDefault(file.Key) != file.Value))
        {
            var staged = Path.Join(Layout.Staging, path.Replace('/', '_'));
            (file with { Mode = AppFile.Plain, Age = 0 }).WriteTo(staged);
            placed.Add(new FileToPlace(
                RelativePath.Parse(path), staged, file.Hash, from.Files.GetValueOrDefault(path)?.Hash, file.Mode, file.Modified));
        }

        var removed = from.Files.Where(file => !to.Files.ContainsKey(file.Key)).ToArray();
        var folders = removed.SelectMany(file => Parents(file.Key)).Distinct()
            .Where(folder => !to.Files.Keys.Any(path => path.StartsWith(folder + "/", StringComparison.Ordinal)));
        return Store.Prepare(new SwapRequest(
            Header(from, to), placed.ToImmutable(),
            [.. removed.Select(file => new FileToRemove(RelativePath.Parse(file.Key), file.Value.Hash))],
            [.. folders.Select(RelativePath.Parse)], Bootstrapper));
    }

    internal async Task<Scene> CopyAsync(string to, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var copied = await Run.ToEndAsync("/bin/cp", ["-a", root, to], ct);
        return copied.Code == 0 ? new Scene(to) : throw new InvalidOperationException(copied.Error);
    }

    /// <summary>Every file and folder, but those that are the updater's own. Of a folder only its being there counts.</summary>
    internal string Tree(bool isExact)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(Layout.Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(Layout.Root, entry.FullName);
            if (path == RelativePath.OwnFolder || path.StartsWith(RelativePath.OwnFolder + "/", StringComparison.Ordinal) || NotTheApps.Contains(path))
                continue;
            if (entry is FileInfo file)
                lines.Add(Line(path, file, isExact));
            else
                lines.Add($"{path}/");
        }

        return string.Join('\n', lines);
    }

    /// <summary>What must hold at every instant, also in the middle of a swap: the user's files, and something to start.</summary>
    internal string? ProblemAtOnce(params AppVersion[] versions)
    {
        var lines = Tree(isExact: true).Split('\n');
        foreach (var (path, file) in AppVersion.Users)
        {
            if (!lines.Contains(AppVersion.Line(path, file.Hash, file.Mode, file.Modified, hasMode: true)))
                return $"the user's {path} is gone or changed";
        }

        if (Runs is null)
            return "what the user had written into saves/ran is gone";
        if (Files.Stat(App)?.Mode is not { } mode || (mode & UnixFileMode.UserExecute) == 0)
            return "there is nothing to start";
        var entry = HashOf(App);
        return entry == HashOf(Bootstrapper) || versions.Any(version => version.Files[AppVersion.Entry].Hash == entry)
            ? null
            : "what is started is neither a version nor the gate";
    }

    internal static ContentHash HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return ContentHash.Of(stream);
    }

    private static string Line(string path, FileInfo file, bool isExact) =>
        AppVersion.Line(path, HashOf(file.FullName), file.UnixFileMode, file.LastWriteTimeUtc, isExact || AppVersion.Users.ContainsKey(path));

    private static SwapHeader Header(AppVersion from, AppVersion to) => new()
    {
        Id = SwapId,
        App = "test",
        From = $"{from.Number}.0.0",
        To = $"{to.Number}.0.0",
        Release = $"release-{to.Number}",
        Changed = ChangedFilePolicy.Overwrite,
        Entry = RelativePath.Parse(AppVersion.Entry),
        Confirm = ConfirmMode.Alive,
        ConfirmWithin = TimeSpan.FromSeconds(60), // the app ends at once; a slow machine must not take its time for a proof
        IsRollback = false,
    };

    private static IEnumerable<string> Parents(string path)
    {
        for (var cut = path.LastIndexOf('/'); cut > 0; cut = path.LastIndexOf('/', cut - 1))
            yield return path[..cut];
    }
}
