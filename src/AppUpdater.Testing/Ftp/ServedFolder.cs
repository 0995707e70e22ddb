namespace AppUpdater.Testing.Ftp;

/// <summary>Turns a client's path into one below the served folder, or refuses.</summary>
internal sealed class ServedFolder(string folder)
{
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
    internal string? Local(string serverPath)
    {
        var local = _root;
        foreach (var segment in serverPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment.Contains('\0', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && segment.AsSpan().ContainsAny('\\', ':')))
                return null;
            local = Path.Join(local, segment);
            if (LeadsOutside(local))
                return null;
        }

        return local;
    }

    private bool LeadsOutside(string local)
    {
        FileSystemInfo entry = Directory.Exists(local) ? new DirectoryInfo(local) : new FileInfo(local);
        if (entry.LinkTarget is null)
            return false;
        var target = entry.ResolveLinkTarget(returnFinalTarget: true);
        return target is null || !(target.FullName + Path.DirectorySeparatorChar).StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
