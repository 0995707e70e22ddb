using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>Where a path leads, and what stands in its way.</summary>
internal sealed partial class SimulatedDisk
{
    private NameInFolder Free(string path) =>
        Find(path) is > 0 ? throw new IOException($"{path} exists.") : NameOf(path);

    /// <summary>The name as it stands there, or as it would come to stand there.</summary>
    private NameInFolder NameOf(string path) => Standing(new(Need(Path.GetDirectoryName(path)!, FileKind.Directory), Path.GetFileName(path)));

    private int Need(string path, FileKind kind)
    {
        if (Find(path) is not (> 0 and var id))
            throw new FileNotFoundException($"{path} is missing.", path);
        return _nodes[id].Kind == kind || (kind == FileKind.File && _nodes[id].Kind == FileKind.Link)
            ? id
            : throw new IOException($"{path} is a {_nodes[id].Kind}, not a {kind}.");
    }

    private void RefuseStuck(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (Traits.Stuck.Contains(path))
                throw new UnauthorizedAccessException($"{path} can't be changed.");
        }
    }

    private void RefuseInUse(string path)
    {
        if (Traits.InUse.Contains(path) && Find(path) is > 0)
            throw new UnauthorizedAccessException($"{path} is in use.");
    }

    /// <summary>The node behind a path, 0 where there is none; a link in the middle leads nowhere.</summary>
    private int Find(string path)
    {
        var at = Top;
        if (!_segments.TryGetValue(path, out var segments))
            _segments[path] = segments = path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var segment in segments)
        {
            if (!_names.TryGetValue(Standing(new NameInFolder(at, segment)), out at))
                return 0;
        }

        return at;
    }
}
