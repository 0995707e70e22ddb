using System.Collections.Immutable;
using AppUpdater.Core;

namespace AppUpdater.Mirroring;

/// <summary>Which paths of a mirror's folder are its host's logs: nobody's files, never fetched, sent or removed. Asked by name first; safe for concurrent use.</summary>
internal sealed class OwnFiles
{
    private readonly StringComparison _comparison;
    private readonly ImmutableArray<(string Folder, string Real, OwnLog Log)> _logs;

    /// <param name="root">The mirror's folder.</param>
    /// <param name="logs">Wherever they lie.</param>
    /// <param name="isCaseless">Upper and lower case are one name.</param>
    internal OwnFiles(string root, ImmutableArray<OwnLog> logs, bool isCaseless)
    {
        _comparison = isCaseless ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var top = Real(root);
        _logs = [.. logs.Select(log => (Real: Real(log.Folder), Log: log)).Where(log => IsWithin(log.Real, top))
            .Select(log => (Path.GetRelativePath(top, log.Real).Replace(Path.DirectorySeparatorChar, '/'), log.Real, log.Log))];
    }

    internal static OwnFiles None { get; } = new(Path.GetTempPath(), [], isCaseless: false);

    internal bool Has(RelativePath path)
    {
        foreach (var (folder, _, log) in _logs)
        {
            if (log.Owns(path.Name, _comparison) && folder.Equals(path.Parent?.Value ?? ".", _comparison))
                return true;
        }

        return false;
    }

    /// <summary>As <see cref="Has"/>, of a file that was come to through a link: the same log under another path.</summary>
    internal bool HasBehindLink(string full)
    {
        foreach (var (_, real, log) in _logs)
        {
            if (log.Owns(Path.GetFileName(full), _comparison) && LocalScan.RealPath(Path.GetDirectoryName(full)!).Equals(real, LocalPaths.Comparison))
                return true;
        }

        return false;
    }

    /// <summary>With no link in it, as far as it is there.</summary>
    private static string Real(string folder) => Directory.Exists(folder) ? LocalScan.RealPath(folder)
        : Path.GetDirectoryName(folder) is { } parent ? Path.Join(Real(parent), Path.GetFileName(folder))
        : folder;

    private static bool IsWithin(string path, string folder) =>
        path.Equals(folder, LocalPaths.Comparison)
        || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, LocalPaths.Comparison);
}
