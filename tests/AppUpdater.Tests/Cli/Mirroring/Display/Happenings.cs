using AppUpdater.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

/// <summary>What a mirror tells, in short.</summary>
internal static class Happenings
{
    internal static MirrorEvent Started(string path, long size) => Good(MirrorEventKind.Started, path, size);

    internal static MirrorEvent Moved(string path, long bytes) => Good(MirrorEventKind.Progress, path, bytes);

    internal static MirrorEvent Done(string path, long size) => Good(MirrorEventKind.FileDone, path, size);

    internal static MirrorEvent Removed(string path) => Good(MirrorEventKind.FileRemoved, path, 10);

    internal static MirrorEvent Failed(string path, long size, string reason, MirrorEventKind kind = MirrorEventKind.FileDone) =>
        new(kind, RelativePath.Parse(path), default, size, false, reason);

    internal static MirrorReport Report(params MirrorFailure[] failures) => new()
    {
        Transferred = 0, Removed = 0, Unchanged = 0, Skipped = 0, Bytes = 0, Elapsed = default, Failures = [.. failures],
    };

    internal static MirrorPlan Plan(MirrorFailure[] failures, params (string Path, long Bytes)[] files) =>
        new([.. files.Select(file => new MirrorAction(MirrorActionKind.Create, RelativePath.Parse(file.Path), file.Bytes, "not here"))], 0, 0) { Failures = [.. failures] };

    private static MirrorEvent Good(MirrorEventKind kind, string path, long bytes) => new(kind, RelativePath.Parse(path), default, bytes, true, null);
}
