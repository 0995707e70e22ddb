namespace AppUpdater.Testing.Ftp;

/// <summary>Turns a client's path into one below the served folder, or refuses.</summary>
internal sealed class ServedFolder(string folder)
{
    // As Linux has it (path_resolution(7)).
    private const int MostLinks = 40;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>
    /// The absolute server path that <paramref name="path"/> means when the session is in <paramref name="current"/>; null where it climbs
    /// above the top. Always starts with a slash and, but for the top itself, never ends with one.
    /// </summary>
    internal static string? Resolve(string current, string path)
    {
        var segments = new List<string>();
        var whole = path.StartsWith('/') ? path : current + "/" + path;
        foreach (var segment in whole.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".")
                continue;
            if (segment != "..")
                segments.Add(segment);
            else if (segments.Count == 0)
                return null;
            else
                segments.RemoveAt(segments.Count - 1);
        }

        return "/" + string.Join('/', segments);
    }

    /// <summary>The local path of a resolved server path; null where it would lie outside the folder.</summary>
    internal string? Local(string serverPath) => Local(serverPath, links: 0);

    private string? Local(string serverPath, int links)
    {
        var local = _root;
        foreach (var segment in serverPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment.Contains('\0', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && segment.AsSpan().ContainsAny('\\', ':')))
                return null;
            local = Path.Join(local, segment);
            if (LeadsOutside(local, links))
                return null;
        }

        return local;
    }

    private bool LeadsOutside(string local, int links)
    {
        FileSystemInfo entry = Directory.Exists(local) ? new DirectoryInfo(local) : new FileInfo(local);
        if (entry.LinkTarget is null)
            return false;
        if (links == MostLinks || entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName is not { } target)
            return true;

        // On the way to what seems to lie inside may be the next link.
        return target != _root && (!target.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || Local(target[_root.Length..].Replace(Path.DirectorySeparatorChar, '/'), links + 1) is null);
    }
}
