using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Mirroring;

/// <summary>What lies at a path: a file's facts, or what is in the way of one; neither where nothing does.</summary>
internal readonly record struct LocalSight(FileFacts? File, Wording? Obstacle);

/// <summary>Looks at single paths below the mirror's folder, each folder once. Never through a link, unless links are followed and it stays within.</summary>
internal sealed class LocalLook(string root, IDurableFiles files, bool followLinks)
{
    private readonly Dictionary<RelativePath, (bool IsThere, Wording? Obstacle)> _folders = [];

    internal LocalSight At(RelativePath path)
    {
        try
        {
            if (path.Parent is { } parent && Folder(parent) is var above && (!above.IsThere || above.Obstacle is not null))
                return new LocalSight(null, above.Obstacle);
            return files.Stat(path.Under(root)) switch
            {
                null => default,
                { Kind: FileKind.File } facts => new LocalSight(facts, null),
                { Kind: FileKind.Directory } => new LocalSight(null, $"A folder lies at {path}."),
                { Kind: FileKind.Link } => new LocalSight(null, $"A symbolic link lies at {path}; a file is not put in its place."),
                _ => new LocalSight(null, $"Something that is no file lies at {path}."),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LocalSight(null, $"{path.Under(root)} can't be looked at: {Wording.Of(e)}");
        }
    }

    /// <summary>Whether the folder is there, or what is in its way.</summary>
    internal (bool IsThere, Wording? Obstacle) Folder(RelativePath folder)
    {
        if (_folders.TryGetValue(folder, out var known))
            return known;
        if (folder.Parent is { } parent && Folder(parent) is var above && (!above.IsThere || above.Obstacle is not null))
            return _folders[folder] = above;
        return _folders[folder] = files.Stat(folder.Under(root)) switch
        {
            null => (false, null),
            { Kind: FileKind.Directory } => (true, null),
            { Kind: FileKind.Link } when followLinks && LinkedWithin(folder.Under(root)) => (true, null),
            { Kind: FileKind.Link } => (false, (Wording)$"A symbolic link lies at {folder}, which is not followed."),
            _ => (false, (Wording)$"A file lies at {folder}, where a folder is to be."),
        };
    }

    private bool LinkedWithin(string link)
    {
        var real = LocalScan.RealPath(root);
        return new DirectoryInfo(link).ResolveLinkTarget(returnFinalTarget: true) is DirectoryInfo { Exists: true } target
            && LocalScan.RealPath(target.FullName) is var leads
            && leads.StartsWith(real + Path.DirectorySeparatorChar, LocalPaths.Comparison)
            && !leads.StartsWith(Path.Join(real, RelativePath.OwnFolder), LocalPaths.Comparison);
    }
}
