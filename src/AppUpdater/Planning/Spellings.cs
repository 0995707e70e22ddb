using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;

namespace AppUpdater.Planning;

/// <summary>
/// Finds recorded names that are a release's names in another case, and asks the folder they lie in whether they are one thing:
/// NTFS and ext4 keep or ignore case folder by folder, so that no probe elsewhere could tell.
/// </summary>
internal sealed class Spellings(InstallLayout layout, IDurableFiles files, Func<RelativePath, FileKind?> kind)
{
    private readonly Dictionary<string, string[]> _listed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<RelativePath, RelativePath> _aliases = [];
    private readonly SortedDictionary<RelativePath, CaseChange> _changes = [];

    internal ImmutableSortedDictionary<RelativePath, RelativePath> Aliases => _aliases.ToImmutableSortedDictionary();

    internal ImmutableArray<CaseChange> Changes => [.. _changes.Values.OrderBy(change => change.To.Value.Length)];

    internal void Compare(InstalledRecord? record, IReadOnlySet<RelativePath> wanted, IReadOnlyCollection<RelativePath> folders)
    {
        if (record is null)
            return;
        Compare([.. record.Files.Keys], wanted, FileKind.File);
        Compare(record.Folders, wanted.SelectMany(path => path.Folders()).Concat(folders.SelectMany(path => path.Folders().Prepend(path))).ToHashSet(), FileKind.Directory);
    }

    private void Compare(IReadOnlyCollection<RelativePath> recorded, IReadOnlySet<RelativePath> wanted, FileKind of)
    {
        var left = recorded.Where(path => !wanted.Contains(path)).ToArray();
        if (left.Length == 0)
            return;
        var known = recorded.ToHashSet();
        var added = new Dictionary<string, RelativePath>(StringComparer.Ordinal);
        foreach (var path in wanted.Where(path => !known.Contains(path)))
            added.TryAdd(TargetCollisions.Fold(path), path);
        foreach (var old in left)
        {
            if (added.TryGetValue(TargetCollisions.Fold(old), out var now) && kind(old) == of && kind(now) == of)
                Compare(old, now);
        }
    }

    private void Compare(RelativePath old, RelativePath now)
    {
        var (before, after) = (old.Value.Split('/'), now.Value.Split('/'));
        var changes = new List<CaseChange>();
        for (var depth = 0; depth < after.Length; depth++)
        {
            if (before[depth] == after[depth])
                continue;
            var folder = depth == 0 ? (RelativePath?)null : RelativePath.Parse(string.Join('/', after[..depth]));
            var names = Names(folder);
            if (names.Contains(before[depth], StringComparer.Ordinal) && names.Contains(after[depth], StringComparer.Ordinal))
                return; // two things
            var here = Array.Find(names, name => name.Equals(after[depth], StringComparison.OrdinalIgnoreCase));
            if (here is not null && here != after[depth])
                changes.Add(new CaseChange(folder is { } parent ? parent.Append(here) : RelativePath.Parse(here), RelativePath.Parse(string.Join('/', after[..(depth + 1)]))));
        }

        _aliases[old] = now;
        foreach (var change in changes)
            _changes[change.To] = change;
    }

    private string[] Names(RelativePath? folder)
    {
        var full = folder is { } path ? path.Under(layout.Root) : layout.Root;
        if (!_listed.TryGetValue(full, out var names))
            _listed[full] = names = [.. files.List(full).Select(name => Path.GetFileName(name))];
        return names;
    }
}
