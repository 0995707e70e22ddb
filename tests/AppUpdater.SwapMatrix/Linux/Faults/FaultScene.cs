using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>
/// An install of version 1.0 with files of the user's, and a swap to 2.0 with one of each operation. The app is a script that writes its
/// version to a file outside, where the faults do not reach.
/// </summary>
/// <param name="root">A folder of its own.</param>
/// <param name="ran">Where the app's runs are written.</param>
internal sealed class FaultScene(string root, string ran)
{
    internal const string SwapId = "s1";
    private const string Entry = "my app";
    private static readonly string Record = SwapJournal.InstalledRecord.Value;

    private readonly SortedDictionary<string, string> _old = Version("1.0", "exit 0", "gone/x");
    private SortedDictionary<string, string> _new = [];

    private static readonly SortedDictionary<string, string> Users = new(StringComparer.Ordinal)
    {
        ["notes/my año"] = "the user's own", ["lib/his"] = "beside ours", ["gone/his"] = "in a folder that the release leaves",
    };

    internal static string Bootstrapper => Path.Join(AppContext.BaseDirectory, "AppUpdater.Bootstrapper");

    internal string Root => root;

    internal InstallLayout Layout { get; } = new(Path.Join(root, "install"));

    internal string App => Path.Join(Layout.Root, Entry);

    internal string Swap => Path.Join(Layout.Swaps, SwapId);

    internal string Ran => ran;

    /// <summary>The versions that ran, in order.</summary>
    internal string[] Runs => File.Exists(ran) ? File.ReadAllLines(ran) : [];

    internal SwapOutcome? Outcome => new OutcomeFile(Layout, Files, NullLogger.Instance).Read();

    internal SwapStore Store => new(Files, Layout);

    internal static IDurableFiles Files { get; } = DurableFiles.ForThisSystem();

    internal bool IsGated => File.Exists(App) && HashOf(App) == HashOf(Bootstrapper);

    internal void Install()
    {
        Directory.CreateDirectory(Layout.Own);
        foreach (var (path, text) in _old.Concat(Users))
            Write(Path.Join(Layout.Root, path), text);
    }

    /// <summary>Prepares the swap to a version that does this when it is started.</summary>
    internal void Prepare(string body)
    {
        _new = Version("2.0", body, "more/deep/n");
        var placed = _new.Where(file => _old.GetValueOrDefault(file.Key) != file.Value).Select(file =>
        {
            var staged = Path.Join(Layout.Staging, file.Key.Replace('/', '_'));
            Write(staged, file.Value);
            return new FileToPlace(PathOf(file.Key), staged, HashOf(staged), HashHere(file.Key), Files.Stat(staged)!.Mode, Modified: null);
        });
        Store.Prepare(new SwapRequest(
            new SwapHeader
            {
                Id = SwapId, App = "test", From = "1.0", To = "2.0", Release = "release-2", Changed = ChangedFilePolicy.Overwrite,
                Entry = RelativePath.Parse(Entry), Confirm = ConfirmMode.Alive, ConfirmWithin = TimeSpan.FromSeconds(20), IsRollback = false,
            },
            [.. placed], [new FileToRemove(RelativePath.Parse("gone/x"), HashHere("gone/x")!)], [RelativePath.Parse("gone")], Bootstrapper));
    }

    /// <summary>1.0 or 2.0, where all of it lies there and nothing of the other; null for a tree between.</summary>
    internal string? WholeVersion() =>
        IsTree(_old, _new) ? "1.0" : IsTree(_new, _old) ? "2.0" : null;

    /// <summary>What is the user's has to be there, as it was, at every instant.</summary>
    internal string? LostOfUsers() =>
        Users.FirstOrDefault(file => TextOf(file.Key) != file.Value) is { Key: { } lost } ? $"the user's {lost} is \"{TextOf(lost)}\"" : null;

    internal IEnumerable<string> Apply => Command(["apply", "--install", Layout.Root, "--swap", SwapId]);

    internal IEnumerable<string> Recover => Command(["recover", "--install", Layout.Root, "--run", Entry]);

    /// <summary>All paths of the install that a swap may touch, but what a shell opens to run the app.</summary>
    internal IReadOnlyList<string> Watched()
    {
        var folder = new SwapFolder(Files, Swap);
        string[] own = [folder.NextGate, folder.Scratch, folder.Bootstrapper, Path.Join(Swap, "watched"), Layout.Outcome, Layout.Trust, Layout.Log];
        var states = Enum.GetValues<SwapState>().Select(folder.Journal);
        var slots = Enumerable.Range(0, 12).SelectMany(slot => new[] { $"new/{slot}", $"old/{slot}", $"old/{slot}-out" }).Select(slot => Path.Join(Swap, slot));
        var live = _old.Keys.Concat(_new.Keys).Append("more").Append("more/deep").Select(path => Path.Join(Layout.Root, path));
        return
        [
            .. Directory.EnumerateFileSystemEntries(Layout.Root, "*", SearchOption.AllDirectories)
                .Concat(own).Concat(own.Select(path => path + ".tmp")).Concat(states).Concat(slots).Concat(live).Append(Layout.Root)
                .Where(path => path != App).Distinct(StringComparer.Ordinal),
        ];
    }

    private static string[] Command(string[] verb) => [.. verb, "--wait-for", "5s", "--relaunch", "--stay", "--cwd", "/", "--", "two words"];

    private bool IsTree(SortedDictionary<string, string> version, SortedDictionary<string, string> other) =>
        version.All(file => TextOf(file.Key) == file.Value) && other.Keys.Where(path => !version.ContainsKey(path)).All(path => TextOf(path) is null);

    private string? TextOf(string path) => Path.Join(Layout.Root, path) is var file && File.Exists(file) ? File.ReadAllText(file) : null;

    private ContentHash? HashHere(string path) => Path.Join(Layout.Root, path) is var file && File.Exists(file) ? HashOf(file) : null;

    private static SortedDictionary<string, string> Version(string number, string body, string own) => new(StringComparer.Ordinal)
    {
        [Entry] = $"#!/bin/sh\nhere=${{0%/*}}\necho {number} >> \"$RAN\"\n{body}\n",
        ["lib/a"] = $"a of {number}",
        ["lib/same"] = "the same in both",
        [own] = $"only in {number}",
        [Record] = $"record of {number}",
    };

    private static RelativePath PathOf(string path) => path == Record ? SwapJournal.InstalledRecord : RelativePath.Parse(path);

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (text.StartsWith("#!", StringComparison.Ordinal))
            Files.SetFacts(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, modified: null);
    }

    private static ContentHash HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return ContentHash.Of(stream);
    }
}
