using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>The installs that every cut is tried on.</summary>
internal static class Stories
{
    private static readonly DiskTraits NoExchange = new(CanExchange: false);
    private static readonly DiskTraits Plain = new(CanExchange: false, CanLink: false);

    /// <summary>One of each operation, on a volume that can do all.</summary>
    internal static SimulatedInstall Small { get; } = new("small")
    {
        Old = new()
        {
            ["app"] = new("app 1", TreeFile.Program),
            ["lib/a"] = new("a 1"),
            ["gone/x"] = new("x 1"),
        },
        New = new()
        {
            ["app"] = new("app 2", TreeFile.Program, Age: 1),
            ["lib/a"] = new("a 2", Age: 1),
            ["more/deep/n"] = new("n 2", Age: 1),
        },
        Users = new() { ["notes"] = new("the user's own") },
    };

    /// <summary>All at once: names that change from file to folder and back, looks without bytes, folders that stay for the user's sake.</summary>
    internal static SimulatedInstall Full { get; } = new("full")
    {
        Entry = "bin/app",
        Old = new()
        {
            ["bin/app"] = new("app 1", TreeFile.Program),
            ["bin/tool"] = new("tool", TreeFile.Plain),
            ["lib/a"] = new("a 1"),
            ["lib/b"] = new("b 1"),
            ["gone/deep/x"] = new("x 1"),
            ["gone/y"] = new("y 1"),
            ["mixed/ours"] = new("ours 1"),
            ["kind"] = new("a file 1"),
            ["turn/inner"] = new("inner 1"),
            ["version.ini"] = new("version 1"),
            [".appupdater/installed.json"] = new("record 1"),
        },
        New = new()
        {
            ["bin/app"] = new("app 2", TreeFile.Program, Age: 1),
            ["bin/tool"] = new("tool", TreeFile.Program, Age: 1),
            ["lib/a"] = new("a 2", Age: 1),
            ["lib/b"] = new("b 1"),
            ["kind/inner"] = new("in a folder 2", Age: 1),
            ["turn"] = new("a file 2", Age: 1),
            ["more/deep/n"] = new("n 2", Age: 1),
            ["version.ini"] = new("version 2", Age: 1),
            [".appupdater/installed.json"] = new("record 2", Age: 1),
        },
        Users = new() { ["mixed/his"] = new("the user's own"), ["notes"] = new("his, too") },
    };

    /// <summary>The entry is the same in both versions.</summary>
    internal static SimulatedInstall SameEntry { get; } = Small with
    {
        Name = "same entry",
        New = new(Small.New) { ["app"] = Small.Old["app"] },
    };

    internal static SimulatedInstall Fresh { get; } = Small with { Name = "fresh", Old = [] };

    internal static SimulatedInstall NoEntry { get; } = Small with { Name = "no entry", Entry = null };

    /// <summary>The user changed a file that is replaced, one that is removed, and the entry.</summary>
    internal static SimulatedInstall Edited { get; } = Small with
    {
        Name = "edited",
        Changed = ChangedFilePolicy.Overwrite,
        Edited = new()
        {
            ["app"] = new("his app", TreeFile.Program, Age: 2),
            ["lib/a"] = new("his a", Age: 2),
            ["gone/x"] = new("his x", Age: 2),
        },
    };

    /// <summary>Folders without a file come and go; one that the release drops holds something of the user's.</summary>
    internal static SimulatedInstall EmptyFolders { get; } = Small with
    {
        Name = "empty folders",
        Empty = (["logs", "cache/deep", "cache", "his"], ["logs", "plugins/user", "his"]),
        Users = new(Small.Users) { ["his/own"] = new("the user's own") },
    };

    /// <summary>Nothing but names: a file for a folder, folders for a file, the entry where a folder was.</summary>
    internal static SimulatedInstall Swapped { get; } = new("swapped")
    {
        Old = new() { ["app/data/x"] = new("x 1"), ["app/y"] = new("y 1"), ["bin"] = new("a file 1"), ["start"] = new("start 1", TreeFile.Program) },
        New = new() { ["app"] = new("app 2", TreeFile.Program, Age: 1), ["bin/deep/tool"] = new("tool 2", Age: 1), ["start"] = new("start 2", TreeFile.Program, Age: 1) },
    };

    /// <summary>The entry goes into a folder that takes a file's name.</summary>
    internal static SimulatedInstall EntryMovesIn { get; } = new("entry moves in")
    {
        Entry = "bin/app",
        Old = new() { ["bin"] = new("the old program 1", TreeFile.Program), ["lib/a"] = new("a 1") },
        New = new() { ["bin/app"] = new("app 2", TreeFile.Program, Age: 1), ["lib/a"] = new("a 2", Age: 1) },
    };

    /// <summary>Names in another case on a disk that ignores it: of a file that changes, of one that does not, of folders, of the entry.</summary>
    internal static SimulatedInstall Recased { get; } = new("recased")
    {
        Traits = new() { IgnoresCase = true },
        Old = new() { ["App"] = new("app 1", TreeFile.Program), ["README"] = new("same"), ["bin/Lib"] = new("lib 1"), ["gone/x"] = new("x 1") },
        New = new() { ["App"] = new("app 2", TreeFile.Program, Age: 1), ["README"] = new("same"), ["bin/Lib"] = new("lib 2", Age: 1), ["new/n"] = new("n 2", Age: 1) },
        Entry = "App",
        Recased = [("readme", "README"), ("bin/LIB", "bin/Lib"), ("BIN", "bin"), ("app", "App")],
        Users = new() { ["bin/his"] = new("the user's own") },
    };

    /// <summary>Files that are read-only and hidden, as Windows has them.</summary>
    internal static SimulatedInstall Marked { get; } = Small with
    {
        Name = "marked",
        Traits = NoExchange,
        Old = Mark(Small.Old, "app", "lib/a", "gone/x"),
        New = Mark(Small.New, "app", "lib/a"),
    };

    private static Dictionary<string, TreeFile> Mark(Dictionary<string, TreeFile> files, params string[] marked)
    {
        var all = new Dictionary<string, TreeFile>(files);
        foreach (var path in marked)
            all[path] = all[path] with { Attributes = FileAttributes.ReadOnly | FileAttributes.Hidden };
        return all;
    }

    internal static IReadOnlyDictionary<string, SimulatedInstall> All { get; } = new[]
    {
        Small, Small with { Name = "small, links", Traits = NoExchange }, Small with { Name = "small, neither", Traits = Plain },
        Small with { Name = "small, flushed", IsStagedFlushed = true }, Full with { Name = "full, flushed", IsStagedFlushed = true },
        Full, Full with { Name = "full, links", Traits = NoExchange }, Full with { Name = "full, neither", Traits = Plain },
        SameEntry, SameEntry with { Name = "same entry, neither", Traits = Plain },
        Fresh, NoEntry, Edited, Edited with { Name = "edited, neither", Traits = Plain },
        Edited with { Name = "edited, links", Traits = NoExchange }, SameEntry with { Name = "same entry, links", Traits = NoExchange },
        EmptyFolders, EmptyFolders with { Name = "empty folders, links", Traits = NoExchange },
        EmptyFolders with { Name = "empty folders, neither", Traits = Plain },
        Swapped, Swapped with { Name = "swapped, links", Traits = NoExchange }, Swapped with { Name = "swapped, neither", Traits = Plain },
        EntryMovesIn, EntryMovesIn with { Name = "entry moves in, links", Traits = NoExchange },
        EntryMovesIn with { Name = "entry moves in, neither", Traits = Plain },
        Recased, Recased with { Name = "recased, links", Traits = NoExchange with { IgnoresCase = true } },
        Recased with { Name = "recased, neither", Traits = Plain with { IgnoresCase = true } },
        Marked, Marked with { Name = "marked, neither", Traits = Plain },
        Marked with { Name = "marked, same entry", New = new(Marked.New) { ["app"] = Marked.Old["app"] } },
    }.ToDictionary(story => story.Name);
}
