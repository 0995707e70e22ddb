using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Mirroring;

/// <summary>Which files of a server are fetched now, and which wait until they are whole. Pure, but for what it gathers.</summary>
internal sealed class WaitRules
{
    private readonly MirrorOptions _options;
    private readonly IReadOnlyDictionary<RelativePath, WaitingFile> _before;
    private readonly DateTimeOffset _now;
    private readonly HashSet<RelativePath>? _ready;
    private readonly bool _isTopReady;

    internal WaitRules(MirrorOptions options, RemoteTree remote, IReadOnlyDictionary<RelativePath, WaitingFile> before, DateTimeOffset now)
    {
        (_options, _before, _now) = (options, before, now);
        if (options.ReadyFile is not { } pattern)
            return;
        var marker = new GlobSet([pattern]);
        var markers = remote.Files.Keys.Where(marker.Matches).ToList();
        _isTopReady = markers.Exists(path => path.Parent is null);
        _ready = [.. markers.Select(path => path.Parent).OfType<RelativePath>()];
    }

    /// <summary>What waits, for the next run.</summary>
    internal Dictionary<RelativePath, WaitingFile> Waiting { get; } = [];

    /// <summary>A marker speaks for its folder and all below it.</summary>
    internal bool IsReady(RelativePath path) => _ready is null || _isTopReady || path.Folders().Any(_ready.Contains);

    /// <summary>As <see cref="IsReady"/>, of a folder.</summary>
    internal bool IsFolderReady(RelativePath folder) => IsReady(folder) || _ready!.Contains(folder);

    /// <summary>Whether a file was seen before as it is now, long enough ago. One that was not is noted.</summary>
    internal bool IsSettled(RelativePath path, PlannedFile file)
    {
        if (_options.Settle is not { } settle)
            return true;
        var since = _before.TryGetValue(path, out var seen) && seen.Size == file.Size && Nullable.Equals(seen.Modified, file.Modified) && seen.Since <= _now
            ? seen.Since
            : _now; // new, changed, or seen by a clock that was ahead
        // Noted though it need not wait: should its transfer fail, it does not begin to wait anew.
        Waiting[path] = new WaitingFile(file.Size, file.Modified, since);
        return since < _now && _now - since >= settle;
    }
}
