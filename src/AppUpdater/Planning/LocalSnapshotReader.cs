using System.Collections.Concurrent;
using System.Collections.Immutable;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;

namespace AppUpdater.Planning;

/// <summary>
/// Looks at the files of an install that the record or a release names, and at no others. A file whose size and time are still those
/// of the record keeps the record's hash: the swap checks every hash again before it touches anything.
/// </summary>
internal sealed class LocalSnapshotReader(InstallLayout layout, IDurableFiles files)
{
    // FAT keeps times to two seconds.
    private static readonly TimeSpan TimeTolerance = TimeSpan.FromSeconds(2);

    /// <summary>Reads every file, also those whose size and time are still the recorded ones: damage changes neither.</summary>
    internal bool ReadsAll { get; init; }

    /// <param name="local">The record and the version that the install claims.</param>
    /// <param name="wanted">What the release puts in place.</param>
    /// <param name="folders">The folders that it has empty.</param>
    /// <param name="ct">Stops between two files.</param>
    /// <exception cref="InstallException">A file is there and can't be read.</exception>
    internal async Task<LocalSnapshot> ReadAsync(InstalledState local, IReadOnlyCollection<RelativePath> wanted, IReadOnlyCollection<RelativePath> folders, CancellationToken ct)
    {
        var record = local.Record;
        var places = new Places(layout, files);
        var found = new List<(RelativePath Path, FileFacts Facts)>();
        var occupied = ImmutableSortedSet.CreateBuilder<RelativePath>();
        var inTheWay = ImmutableSortedDictionary.CreateBuilder<RelativePath, FolderInTheWay>();
        var ours = new OwnedNames(record);
        var wants = wanted.ToHashSet();
        foreach (var path in wants.Concat(record?.Files.Keys ?? []).Distinct())
        {
            ct.ThrowIfCancellationRequested();
            if (places.Look(path, out var facts) && facts is not null)
                found.Add((path, facts));
            else if (facts is { Kind: FileKind.Directory } && wants.Contains(path))
                inTheWay[path] = FolderInTheWay.Read(layout, files, path, ours.Has);
            else if (facts is not null && wants.Contains(path) && places.Obstacle(path) is var obstacle && !ours.MakesWay(obstacle, facts.Kind))
                occupied.Add(obstacle);
        }

        foreach (var folder in folders)
        {
            if (places.Obstacle(folder) is var obstacle && places.Kind(obstacle) is { } kind and not FileKind.Directory && !ours.MakesWay(obstacle, kind))
                occupied.Add(obstacle);
        }

        var spellings = new Spellings(layout, files, places.Kind);
        spellings.Compare(record, wants, folders);

        var hashed = new ConcurrentDictionary<RelativePath, LocalFile>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct };
        await Parallel.ForEachAsync(found, parallel, async (file, token) =>
            hashed[file.Path] = await DescribeAsync(file.Path, file.Facts, record, token).ConfigureAwait(false)).ConfigureAwait(false);
        return new LocalSnapshot(local.Version, record, hashed.ToImmutableSortedDictionary(), places.Folders, occupied.ToImmutable())
        {
            FoldersInTheWay = inTheWay.ToImmutable(),
            Aliases = spellings.Aliases,
            CaseChanges = spellings.Changes,
        };
    }

    private async Task<LocalFile> DescribeAsync(RelativePath path, FileFacts facts, InstalledRecord? record, CancellationToken ct)
    {
        if (!ReadsAll && record is not null && record.Files.TryGetValue(path, out var known)
            && known.Size == facts.Length && (known.LocalModified - facts.Modified).Duration() <= TimeTolerance)
            return new LocalFile(facts.Length, facts.Modified, known.Hash);
        try
        {
            var stream = files.OpenRead(path.Under(layout.Root));
            await using (stream.ConfigureAwait(false))
                return new LocalFile(facts.Length, facts.Modified, await ContentHash.OfAsync(stream, ct).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"\"{path}\" in \"{layout.Root}\" can't be read: {failure.Message} Check its permissions.", failure);
        }
    }

    private sealed class OwnedNames(InstalledRecord? record)
    {
        private readonly HashSet<RelativePath> _folders = [.. record?.Folders ?? [], .. record?.Files.Keys.SelectMany(path => path.Folders()) ?? []];

        /// <summary>A folder is ours where we made it or have a file in it.</summary>
        internal bool Has(RelativePath path, bool isFolder) =>
            isFolder ? _folders.Contains(path) : record is not null && record.Files.ContainsKey(path);

        /// <summary>A link or a device is nobody's to move, even where a folder or a file of ours was.</summary>
        internal bool MakesWay(RelativePath obstacle, FileKind kind) => kind == FileKind.File && Has(obstacle, isFolder: false);
    }

    /// <summary>What lies where, with every folder looked at once. A link in any parent leads elsewhere: nothing behind it is the install's.</summary>
    private sealed class Places(InstallLayout layout, IDurableFiles files)
    {
        private readonly Dictionary<RelativePath, FileFacts?> _folders = [];

        internal ImmutableSortedSet<RelativePath> Folders =>
            [.. _folders.Where(folder => folder.Value is { Kind: FileKind.Directory }).Select(folder => folder.Key)];

        /// <summary>True where a file or nothing is; false with what is in the way, the path itself or a parent.</summary>
        internal bool Look(RelativePath path, out FileFacts? facts)
        {
            facts = null;
            if (path.Parent is { } parent)
            {
                var above = Folder(parent);
                if (above is not { Kind: FileKind.Directory })
                {
                    facts = above;
                    return above is null;
                }
            }

            facts = Stat(path);
            return facts is null or { Kind: FileKind.File };
        }

        internal FileKind? Kind(RelativePath path) => path.Parent is null || Folder(path.Parent) is { Kind: FileKind.Directory } ? Folder(path)?.Kind : null;

        /// <summary>The outermost of a path and its folders that is no folder; the path itself where all are.</summary>
        internal RelativePath Obstacle(RelativePath path) =>
            path.Folders().Reverse().Append(path).FirstOrDefault(here => Folder(here) is { Kind: not FileKind.Directory }, path);

        private FileFacts? Folder(RelativePath folder)
        {
            if (_folders.TryGetValue(folder, out var known))
                return known;
            var above = folder.Parent is { } parent ? Folder(parent) : null;
            var facts = folder.Parent is null || above is { Kind: FileKind.Directory } ? Stat(folder) : above;
            return _folders[folder] = facts;
        }

        private FileFacts? Stat(RelativePath path)
        {
            try
            {
                return files.Stat(path.Under(layout.Root));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new InstallException($"\"{path}\" in \"{layout.Root}\" can't be looked at: {failure.Message}", failure);
            }
        }
    }
}
