using System.Collections.Immutable;

namespace AppUpdater.Releases;

/// <summary>What no release may name: what it is told, and version.ini, which the commit alone writes. Names are compared as a disk that ignores case does.</summary>
internal sealed class ReservedPaths
{
    private readonly HashSet<string> _paths = [];
    private readonly HashSet<string> _folders = [];

    /// <param name="reserved">Paths of the install: <see cref="Settings.UpdateSettings.Reserved"/>.</param>
    internal ReservedPaths(ImmutableArray<RelativePath> reserved)
    {
        foreach (var path in reserved.Add(RelativePath.Parse("version.ini")))
        {
            _paths.Add(TargetCollisions.Fold(path));
            foreach (var folder in path.Folders())
                _folders.Add(TargetCollisions.Fold(folder));
        }
    }

    /// <summary>Whether a folder at this place would take a reserved one's.</summary>
    internal bool ForbidFolder(RelativePath target) => target.Folders().Prepend(target).Any(path => _paths.Contains(TargetCollisions.Fold(path)));

    /// <summary>Whether a file at this place would take a reserved one's, or that of a folder of one.</summary>
    internal bool ForbidFile(RelativePath target) => _folders.Contains(TargetCollisions.Fold(target)) || ForbidFolder(target);
}
