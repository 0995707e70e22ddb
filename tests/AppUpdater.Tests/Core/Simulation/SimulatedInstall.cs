using System.Collections.Immutable;
using System.Text;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>A file of a tree: its text, mode and age in days.</summary>
internal sealed record TreeFile(string Text, UnixFileMode Mode = TreeFile.Plain, int Age = 0)
{
    internal FileAttributes Attributes { get; init; }

    internal const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal const UnixFileMode Program = Plain | UnixFileMode.UserExecute;

    internal static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal ContentHash Hash => ContentHash.Of(Encoding.UTF8.GetBytes(Text));

    internal DateTimeOffset Modified => Start.AddDays(Age);
}

/// <summary>
/// A story: the tree of the old version, that of the new, what is the user's, and what he changed of ours since.
/// The trees that may be found afterwards follow from it and from nothing the kernel says.
/// </summary>
internal sealed record SimulatedInstall(string Name)
{
    internal const string Root = "/app";

    internal const string SwapFolder = "/app/.appupdater/swap/swap1";

    internal const string Gate = "bootstrapper bytes";

    /// <summary>What lies with the journal: its name, and its bytes.</summary>
    internal const string Companion = "companion";

    /// <summary>Swaps of earlier versions have none.</summary>
    internal bool HasCompanion { get; init; } = true;

    private const string Source = "/setup/bootstrapper";

    internal static DateTimeOffset Now { get; } = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    internal DiskTraits Traits { get; init; } = new();

    internal string? Entry { get; init; } = "app";

    internal ChangedFilePolicy Changed { get; init; } = ChangedFilePolicy.Overwrite;

    internal Dictionary<string, TreeFile> Old { get; init; } = [];

    internal Dictionary<string, TreeFile> New { get; init; } = [];

    internal Dictionary<string, TreeFile> Users { get; init; } = [];

    /// <summary>Folders without a file, of each version.</summary>
    internal (string[] Old, string[] New) Empty { get; init; } = ([], []);

    /// <summary>Names that the new version has in another case, from and to; <see cref="Old"/> and <see cref="New"/> have them in one.</summary>
    internal (string From, string To)[] Recased { get; init; } = [];

    /// <summary>Files of the old version with other bytes than those recorded.</summary>
    internal Dictionary<string, TreeFile> Edited { get; init; } = [];

    /// <summary>Whether staging has flushed what it staged, with its mode and time.</summary>
    internal bool IsStagedFlushed { get; init; }

    internal InstallLayout Layout { get; } = new(Root);

    internal string OldTree => Describe(Empty.Old, OldName, Overlay(Old, Users, Edited));

    internal string NewTree => Describe(Empty.New, path => path, Overlay(New, Users, Edited
        .Where(file => Old[file.Key] != file.Value)
        .ToDictionary(file => file.Key + ".user-20261121T100000Z", file => file.Value)));

    internal SwapStore Store(SimulatedDisk disk) => new(disk, Layout);

    internal SwapRunner Runner(SimulatedDisk disk) => new(disk, Layout, new FixedClock(Now), _ => { });

    /// <summary>The disk before the swap is prepared; what was just staged is not flushed unless the story says so.</summary>
    internal SimulatedDisk Start()
    {
        var disk = new SimulatedDisk(Traits);
        disk.CreateDirectory("/setup");
        Write(disk, Source, new TreeFile(Gate, TreeFile.Program));
        disk.CreateDirectory(Root);
        foreach (var (path, file) in Overlay(Old, Users, Edited))
            Write(disk, Path.Join(Root, OldName(path)), file);
        foreach (var folder in Empty.Old)
            MakeFolders(disk, Path.Join(Root, folder));
        disk.Settle();
        MakeFolders(disk, "/app/.appupdater/staging/x");
        foreach (var (path, file) in Placed())
        {
            Write(disk, Staged(path), IsStagedFlushed ? file with { Attributes = 0 } : file with { Mode = TreeFile.Plain, Age = 0, Attributes = 0 });
            if (IsStagedFlushed)
                disk.FlushFile(Staged(path));
        }

        return disk;
    }

    /// <summary>The disk with the swap pending.</summary>
    internal SimulatedDisk Prepared()
    {
        var disk = Start();
        Store(disk).Prepare(Request());
        return disk;
    }

    internal SwapRequest Request()
    {
        var placed = Placed().Select(file => new FileToPlace(
            PathOf(file.Key), Staged(file.Key), file.Value.Hash, Old.GetValueOrDefault(file.Key)?.Hash, file.Value.Mode, file.Value.Modified)
        {
            IsFlushed = IsStagedFlushed,
        });
        var removed = Old.Where(file => !New.ContainsKey(file.Key)).ToArray();
        var folders = removed.SelectMany(file => Parents(file.Key)).Distinct().Where(folder => !New.Keys.Any(path => path.StartsWith(folder + "/", StringComparison.Ordinal)));
        return new SwapRequest(
            Header(), [.. placed], [.. removed.Select(file => new FileToRemove(PathOf(file.Key), file.Value.Hash))],
            [.. folders.Concat(Empty.Old.Except(Empty.New)).Select(RelativePath.Parse)], Source)
        {
            FoldersToCreate = [.. Empty.New.Except(Empty.Old).Select(RelativePath.Parse)],
            Companions = HasCompanion ? [new SwapCompanion(Companion, [.. Encoding.UTF8.GetBytes(Companion)])] : [],
            CaseChanges = [.. Recased.Select(name => new CaseChange(RelativePath.Parse(name.From), RelativePath.Parse(name.To)))],
        };
    }

    internal SwapHeader Header() => new()
    {
        Id = "swap1",
        App = "com.example.app",
        From = "1.0.0",
        To = "1.1.0",
        Release = "1.1.0-0123abcd",
        Changed = Changed,
        Entry = Entry is null ? null : RelativePath.Parse(Entry),
        Confirm = ConfirmMode.Alive,
        ConfirmWithin = TimeSpan.FromSeconds(30),
        IsRollback = false,
    };

    /// <summary>All that is not the updater's, and installed.json: what the two trees are compared by.</summary>
    internal static string TreeOf(SimulatedDisk disk)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text, facts) in disk.Everything(Root))
        {
            if (name.StartsWith(SwapJournal.InstalledRecord.Value, StringComparison.Ordinal) || !name.StartsWith(RelativePath.OwnFolder, StringComparison.Ordinal))
                found[name] = facts.Kind == FileKind.File ? Line(text, facts.Mode, facts.Modified, facts.Attributes) : facts.Kind == FileKind.Directory ? "folder" : "link";
        }

        return string.Join('\n', found.Select(pair => $"{pair.Key} {pair.Value}"));
    }

    internal static string WithoutAttributes(string tree) =>
        string.Join('\n', tree.Split('\n').Select(line => string.Join('|', line.Split('|').Take(3))));

    internal static string? TextAt(SimulatedDisk disk, string path)
    {
        if (disk.Stat(path)?.Kind != FileKind.File)
            return null;
        using var reader = new StreamReader(disk.OpenRead(path));
        return reader.ReadToEnd();
    }

    internal static void Write(SimulatedDisk disk, string path, TreeFile file)
    {
        MakeFolders(disk, Path.GetDirectoryName(path)!);
        disk.DeleteFile(path);
        using (var stream = disk.CreateNew(path, file.Mode))
            stream.Write(Encoding.UTF8.GetBytes(file.Text));
        disk.SetFacts(path, file.Mode, file.Modified);
        if (file.Attributes != 0)
            disk.SetAttributes(path, file.Attributes);
    }

    private IEnumerable<KeyValuePair<string, TreeFile>> Placed() => New.Where(file => Old.GetValueOrDefault(file.Key) != file.Value);

    private static string Staged(string path) => "/app/.appupdater/staging/x/" + path.Replace('/', '_');

    private static RelativePath PathOf(string path) =>
        path == SwapJournal.InstalledRecord.Value ? SwapJournal.InstalledRecord : RelativePath.Parse(path);

    private static IEnumerable<string> Parents(string path)
    {
        for (var cut = path.LastIndexOf('/'); cut > 0; cut = path.LastIndexOf('/', cut - 1))
            yield return path[..cut];
    }

    private static Dictionary<string, TreeFile> Overlay(params Dictionary<string, TreeFile>[] layers)
    {
        var all = new Dictionary<string, TreeFile>();
        foreach (var (path, file) in layers.SelectMany(layer => layer))
            all[path] = file;
        return all;
    }

    private string OldName(string path) =>
        Recased.Aggregate(path, (name, change) => name == change.To || name.StartsWith(change.To + "/", StringComparison.Ordinal) ? change.From + name[change.To.Length..] : name);

    private static string Describe(string[] empty, Func<string, string> name, Dictionary<string, TreeFile> files)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in empty.SelectMany(folder => Parents(folder).Append(folder)))
            found[folder] = "folder";
        foreach (var (path, file) in files.Select(file => (name(file.Key), file.Value)))
        {
            found[path] = Line(file.Text, file.Mode, file.Modified, file.Attributes);
            foreach (var folder in Parents(path).Where(folder => folder != RelativePath.OwnFolder))
                found[folder] = "folder";
        }

        return string.Join('\n', found.Select(pair => $"{pair.Key} {pair.Value}"));
    }

    private static string Line(string text, UnixFileMode? mode, DateTimeOffset modified, FileAttributes attributes) =>
        $"{text}|{(int?)mode:x}|{modified:yyyyMMdd}{(attributes == 0 ? "" : $"|{attributes}")}";

    private static void MakeFolders(SimulatedDisk disk, string path)
    {
        if (disk.Stat(path) is not null)
            return;
        MakeFolders(disk, Path.GetDirectoryName(path)!);
        disk.CreateDirectory(path);
    }
}
