namespace AppUpdater;

/// <summary>The path rules, one text against all of them. Sources: CVE-2025-8088, CVE-2018-1002205, CVE-2026-27699; Win32 "Naming Files".</summary>
internal static class PathRules
{
    /// <summary>Longest path, in UTF-16 units: leaves room for a root within the 260 of classic Windows programs.</summary>
    internal const int MaxLength = 240;

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>What is wrong with the text as a path, or null.</summary>
    internal static string? Problem(string text)
    {
        if (text.Length == 0)
            return "A path is empty.";
        var shown = Show(text);
        if (text.Length > MaxLength)
            return $"The path {shown} is longer than {MaxLength} characters.";
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\\' or ':' or '\uFFFD')
                return $"The path {shown} has a character that is not allowed in a name (control characters, \\ and :).";
        }

        return text.Split('/').Select(segment => SegmentProblem(segment, shown)).FirstOrDefault(problem => problem is not null)
            ?? (IsOwn(text) ? $"The path {shown} lies in {RelativePath.OwnFolder}, which belongs to the updater." : null);
    }

    /// <summary>A name from elsewhere made fit for a message: control characters escaped, bounded.</summary>
    internal static string Show(string text)
    {
        var bounded = text.Length > 80 ? text[..80] + "…" : text;
        return "\"" + string.Concat(bounded.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString())) + "\"";
    }

    private static string? SegmentProblem(string segment, string shown)
    {
        if (segment.Length == 0)
            return $"The path {shown} has an empty segment: it must be relative, with single slashes.";
        if (segment is "." or "..")
            return $"The path {shown} has a '.' or '..' segment.";
        if (segment[^1] is '.' or ' ')
            return $"The path {shown} has a name that ends with a dot or a space, which Windows drops.";
        return IsDevice(segment) ? $"The path {shown} has a name that Windows reserves for a device." : null;
    }

    private static bool IsDevice(string segment)
    {
        var stem = segment.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        if (Devices.Contains(stem, StringComparer.Ordinal))
            return true;
        return stem.Length == 4 && stem[..3] is "COM" or "LPT" && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³');
    }

    private static bool IsOwn(string text) =>
        string.Equals(text.Split('/')[0], RelativePath.OwnFolder, StringComparison.OrdinalIgnoreCase);
}
