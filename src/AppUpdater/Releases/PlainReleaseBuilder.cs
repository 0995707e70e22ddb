using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Releases;

/// <summary>
/// Makes a release of a plain tree: what the listing showed, filtered by <c>exclude</c>, placed by <c>map</c>, checked. Pure.
/// Patterns of <c>exclude</c> are compared with the place below <c>root</c>, before <c>map</c>.
/// </summary>
internal sealed class PlainReleaseBuilder
{
    private readonly VersionFile _version;
    private readonly ReservedPaths _reserved;
    private readonly GlobSet _exclude;
    private readonly ImmutableArray<FolderMapping> _longestFirst;

    /// <param name="version">The release's version.ini.</param>
    /// <param name="reserved">Paths of the install that no release may name: <see cref="UpdateSettings.Reserved"/>.</param>
    internal PlainReleaseBuilder(VersionFile version, ImmutableArray<RelativePath> reserved)
    {
        _version = version;
        _reserved = new ReservedPaths(reserved);
        _exclude = new GlobSet(version.Exclude);
        _longestFirst = [.. version.Map.OrderByDescending(mapping => mapping.From.Value.Length)];
    }

    /// <summary>Whether a listing needs to look into a folder, given relative to the location.</summary>
    internal bool Enters(RelativePath folder)
    {
        if (_version.Root is { } root && (folder == root || root.IsAtOrBelow(folder)))
            return true;
        return BelowRoot(folder) is { } place && !_exclude.Matches(place) && !_exclude.MatchesAllBelow(place);
    }

    /// <summary>The release that a listing of the location (or of root) shows.</summary>
    /// <exception cref="UntrustedException">
    /// The listing holds what no release may: something that is no file, a reserved name, names that collide. The message names it.
    /// </exception>
    internal Release Build(IReadOnlyCollection<RemoteEntry> entries)
    {
        var files = new List<ReleaseFile>();
        foreach (var entry in entries)
        {
            if (entry.Kind != RemoteEntryKind.Directory && !IsPointer(entry.Path)
                && BelowRoot(entry.Path) is { } place && !_exclude.Matches(place))
                files.Add(Accept(entry, Target(place)));
        }

        files.Sort((one, other) => one.Path.CompareTo(other.Path));
        var folders = EmptyFolders(entries);
        TargetCollisions.Check(files, folders);
        return new Release(_version, [.. files], Id(files, folders)) { EmptyFolders = [.. folders] };
    }

    /// <summary>The places of the server, relative to the location, from which a file of the install may come.</summary>
    internal IEnumerable<RelativePath> Origins(RelativePath target) =>
        from place in _version.Map.Where(mapping => target != mapping.To && target.IsAtOrBelow(mapping.To))
            .Select(mapping => RelativePath.Parse(mapping.From.Value + target.Value[mapping.To.Value.Length..])).Prepend(target)
        where Target(place) == target && !place.Folders().Prepend(place).Any(path => _exclude.Matches(path) || _exclude.MatchesAllBelow(path))
        select _version.Root is { } root ? RelativePath.Parse($"{root}/{place}") : place;

    private static bool IsPointer(RelativePath path) =>
        path.Value == "version.ini"
        || (path.Parent is null
            && path.Value.StartsWith("version-", StringComparison.Ordinal) && path.Value.EndsWith(".ini", StringComparison.Ordinal));

    private RelativePath? BelowRoot(RelativePath path)
    {
        if (_version.Root is not { } root)
            return path;
        return path != root && path.IsAtOrBelow(root) ? RelativePath.Parse(path.Value[(root.Value.Length + 1)..]) : null;
    }

    private RelativePath Target(RelativePath place)
    {
        foreach (var mapping in _longestFirst)
        {
            if (place != mapping.From && place.IsAtOrBelow(mapping.From))
                return RelativePath.Parse(mapping.To.Value + place.Value[mapping.From.Value.Length..]);
        }

        return place;
    }

    /// <summary>A folder that was not looked into, or of which everything is excluded, says nothing.</summary>
    private List<ReleaseFolder> EmptyFolders(IReadOnlyCollection<RemoteEntry> entries)
    {
        var full = entries.Select(entry => entry.Path.Parent).OfType<RelativePath>().ToHashSet();
        var empty = new List<ReleaseFolder>();
        foreach (var entry in entries)
        {
            if (entry.Kind != RemoteEntryKind.Directory || full.Contains(entry.Path) || !Enters(entry.Path)
                || BelowRoot(entry.Path) is not { } place)
                continue;
            var target = _longestFirst.FirstOrDefault(mapping => mapping.From == place)?.To ?? Target(place);
            if (_reserved.ForbidFolder(target))
                throw Refused(entry.Path, $"would take the place of {target} in the install, which no update may touch");
            empty.Add(new ReleaseFolder(entry.Path, target));
        }

        empty.Sort((one, other) => one.Path.CompareTo(other.Path));
        return empty;
    }

    private ReleaseFile Accept(RemoteEntry entry, RelativePath target)
    {
        if (entry.Kind == RemoteEntryKind.Other)
            throw Refused(entry.Path, "is neither a file nor a folder (a link or a device)");
        if (_reserved.ForbidFile(target))
            throw Refused(entry.Path, $"would take the place of {target} in the install, which no update may touch");
        if (entry.Size is not ({ } size and >= 0))
            throw new UntrustedException($"The server tells no size for {entry.Path}. Serve it with MLSD, SIZE or a LIST that has sizes.");
        return new ReleaseFile(entry.Path, target, size, entry.Modified);
    }

    private static UntrustedException Refused(RelativePath path, string why) =>
        new($"{path} on the server {why}. Remove it from the server's folder, or add it to exclude in version.ini.");

    // Times stay out: LIST tells the same file's time in minutes today and in days half a year on. So does version.ini: whoever raises
    // rollout or mends the notes of a release that failed here has published nothing new.
    private string Id(List<ReleaseFile> sorted, List<ReleaseFolder> empty)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in sorted)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.RemotePath}\t{file.Path}\t{file.Size}\n")));
        foreach (var folder in empty)
            hash.AppendData(Encoding.UTF8.GetBytes($"{folder.RemotePath}\t{folder.Path}/\n"));
        return $"{_version.Version.ToNormalizedString()}-{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }
}
