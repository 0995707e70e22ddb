using System.Collections.Immutable;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Planning;

/// <summary>
/// The ownership list, looked up by the names a release uses. On a disk that ignores case, <c>Readme.txt</c> renamed to <c>README.txt</c>
/// is still one file: it answers to the new name, and is not removed under the old.
/// </summary>
internal sealed class RecordedFiles
{
    private readonly ImmutableSortedDictionary<RelativePath, InstalledFile> _files;
    private readonly Dictionary<RelativePath, RelativePath> _oldNames = [];

    internal RecordedFiles(LocalSnapshot local, Release release)
    {
        _files = local.Record?.Files ?? ImmutableSortedDictionary<RelativePath, InstalledFile>.Empty;
        var named = release.Files.Select(file => file.Path).ToHashSet();
        foreach (var alias in local.Aliases.Where(alias => _files.ContainsKey(alias.Key)))
            _oldNames[alias.Value] = alias.Key;
        Left = [.. _files.Keys.Where(path => !named.Contains(path)).Except(_oldNames.Values)];
    }

    /// <summary>Recorded files that the release has no more, sorted.</summary>
    internal ImmutableArray<RelativePath> Left { get; }

    internal InstalledFile this[RelativePath path] => _files[path];

    /// <summary>What the record says of a file of the release, or null.</summary>
    internal InstalledFile? Find(RelativePath path) => _files.GetValueOrDefault(_oldNames.GetValueOrDefault(path, path));

    internal TimeComparison CompareTimes(Release release)
    {
        var equal = new List<(RemoteTime Recorded, RemoteTime Listed)>();
        var other = new List<(RemoteTime Recorded, RemoteTime Listed)>();
        foreach (var file in release.Files)
        {
            if (Find(file.Path) is { Modified: { } before } recorded && file.Modified is { } now)
                (recorded.Size == file.Size ? equal : other).Add((before, now));
        }

        return TimeComparison.Of(equal, other);
    }
}
