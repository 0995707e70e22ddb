namespace AppUpdater.Core.Swap;

/// <summary>Names for what is kept beside a file.</summary>
internal static class KeptName
{
    /// <summary>The path with the suffix; the name is cut where the whole would be longer than a path may be.</summary>
    internal static RelativePath Beside(RelativePath path, string suffix)
    {
        var room = Math.Max(1, PathRules.MaxLength - suffix.Length - (path.Value.Length - path.Name.Length));
        var name = (path.Name.Length <= room ? path.Name : Cut(path.Name, room)) + suffix;
        if (path == SwapJournal.InstalledRecord)
            return RelativePath.OfUpdater(name);
        return path.Parent is { } parent ? parent.Append(name) : RelativePath.Parse(name);
    }

    private static string Cut(string name, int length) => name[..(char.IsHighSurrogate(name[length - 1]) ? length - 1 : length)];
}
