using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>A plan while the rules fill it.</summary>
internal sealed class PlanDraft(LocalSnapshot local, PlanScope scope)
{
    private readonly List<FileToFetch> _fetch = [];
    private readonly HashSet<RelativePath> _targets = [];
    private readonly SortedDictionary<RelativePath, FileToDrop> _drop = [];
    private readonly SortedSet<RelativePath> _empty = [];
    private readonly SortedDictionary<RelativePath, InstalledFile> _unchanged = [];
    private readonly SortedSet<string> _remarks = new(StringComparer.Ordinal);

    internal LocalSnapshot Local => local;

    internal PlanScope Scope => scope;

    internal void Fetch(FileToFetch file)
    {
        _fetch.Add(file);
        _targets.Add(file.Target);
    }

    /// <summary>The release has this folder, with nothing in it.</summary>
    internal void Have(RelativePath folder) => _empty.Add(folder);

    internal void Drop(FileToDrop file) => _drop.Add(file.Path, file);

    internal IReadOnlyCollection<RelativePath> Targets => _targets;

    internal IEnumerable<RelativePath> FoldersToCreate => _empty.Where(folder => !local.ExistingFolders.Contains(folder));

    internal bool Goes(RelativePath path) => _drop.ContainsKey(path);

    internal bool GoesWithoutCopy(RelativePath path) => _drop.TryGetValue(path, out var file) && file.KeepUserCopyAs is null;

    internal void Record(RelativePath path, InstalledFile file) => _unchanged[path] = file;

    internal void Remark(RelativePath path, string text) => _remarks.Add($"{path}: {text}");

    /// <summary>The name beside a file under which the user's copy of it is kept.</summary>
    internal RelativePath UserCopy(RelativePath path) =>
        RelativePath.Parse(string.Create(
            CultureInfo.InvariantCulture, $"{path}.user-{scope.Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));

    internal bool IsRecorded(RelativePath path) => _unchanged.ContainsKey(path);

    internal bool IsLaidBeside(RelativePath path, string mark) =>
        _fetch.Exists(file => file.File.Path == path && file.Target.Value.StartsWith(path.Value + mark, StringComparison.Ordinal));

    internal bool IsFetched(RelativePath target) => _targets.Contains(target);

    internal PlanSteps Finish() => new()
    {
        Fetch = [.. _fetch.OrderBy(file => file.Target)],
        Drop = [.. _drop.Values],
        FoldersToCreate = [.. FoldersToCreate],
        FoldersToRemove = FoldersToRemove(),
        CaseChanges = local.CaseChanges,
        Unchanged = _unchanged.ToImmutableSortedDictionary(),
        Remarks = [.. _remarks],
        PeakDisk = [new DiskNeed(scope.Volume, PeakBytes())],
    };

    // Deepest first. A folder that still holds a file we know of is not even tried.
    private ImmutableArray<RelativePath> FoldersToRemove()
    {
        var inTheWay = local.FoldersInTheWay.Where(folder => IsFetched(folder.Key)).SelectMany(folder => folder.Value.Folders);
        if (local.Record is not { } record)
            return [.. inTheWay.OrderByDescending(folder => folder)];
        var gone = _drop.Values.Where(file => file.KeepUserCopyAs is null).Select(file => file.Path).ToHashSet();
        var kept = _fetch.Select(file => file.Target).Concat(_unchanged.Keys).Concat(local.Files.Keys.Where(path => !gone.Contains(path)));
        var needed = kept.SelectMany(path => path.Folders()).Concat(_empty.SelectMany(folder => folder.Folders().Prepend(folder))).ToHashSet();
        return
        [
            .. record.Folders.Where(folder => !needed.Contains(local.Aliases.GetValueOrDefault(folder, folder)))
                .Union(inTheWay).OrderByDescending(folder => folder),
        ];
    }

    // An upper bound: a zip never grows by more than it is given, and old and new lie side by side until the commit.
    private long PeakBytes()
    {
        var bootstrappers = 2 * scope.BootstrapperBytes;
        var staged = _fetch.Sum(file => file.File.Size);
        var replaced = _fetch.Where(file => file.OldHash is not null).Select(file => (Path: file.Target, Copied: file.KeepUserCopyAs is not null));
        var touched = replaced.Concat(_drop.Values.Select(file => (file.Path, Copied: file.KeepUserCopyAs is not null))).ToList();
        var zipped = scope.Backup == BackupMode.Zip ? touched.Sum(file => SizeOf(file.Path)) : 0;
        return bootstrappers + staged + zipped + touched.Where(file => file.Copied).Sum(file => SizeOf(file.Path));
    }

    private long SizeOf(RelativePath path) => local.Files.TryGetValue(path, out var file) ? file.Size : 0;
}
