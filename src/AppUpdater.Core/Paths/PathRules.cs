namespace AppUpdater;

/// <summary>The path rules, one text against all of them. Sources: CVE-2025-8088, CVE-2018-1002205, CVE-2026-27699; Win32 "Naming Files".</summary>
internal static class PathRules
{
    /// <summary>Longest path, in UTF-16 units: leaves room for a root within the 260 of classic Windows programs.</summary>
    internal const int MaxLength = 240;

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>What is wrong with the text as a path, or null. A path that is right costs no memory: a release has them by the ten thousand.</summary>
    internal static Wording? Problem(string text)
    {
        if (text.Length == 0)
            return "A path is empty.";
        if (text.Length > MaxLength)
            return $"The path {Show(text)} is longer than {MaxLength} characters.";
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\\' or ':' or '\uFFFD')
                return $"The path {Show(text)} has a character that is not allowed in a name (control characters, \\ and :).";
        }

        foreach (var segment in text.AsSpan().Split('/'))
        {
            if (SegmentProblem(text.AsSpan()[segment]) is { } problem)
                return $"The path {Show(text)} {problem}";
        }

        if (IsOwn(text))
            return $"The path {Show(text)} lies in {RelativePath.OwnFolder}, which belongs to the updater.";
        return null;
    }

    /// <summary>A name from elsewhere made fit for a message: control characters escaped, bounded.</summary>
    internal static string Show(string text)
    {
        var bounded = text.Length > 80 ? text[..80] + "…" : text;
        return "\"" + string.Concat(bounded.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString())) + "\"";
    }

    private static Wording? SegmentProblem(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
            return "has an empty segment: it must be relative, with single slashes.";
        if (segment is "." or "..")
            return "has a '.' or '..' segment.";
        if (segment[^1] is '.' or ' ')
            return "has a name that ends with a dot or a space, which Windows drops.";
        return IsDevice(segment) ? "has a name that Windows reserves for a device." : null;
    }

    private static bool IsDevice(ReadOnlySpan<char> segment)
    {
        var dot = segment.IndexOf('.');
        var stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        foreach (var device in Devices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return stem.Length == 4
            && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
            && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³');
    }

    private static bool IsOwn(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        return (slash < 0 ? text : text[..slash]).Equals(RelativePath.OwnFolder, StringComparison.OrdinalIgnoreCase);
    }
}
