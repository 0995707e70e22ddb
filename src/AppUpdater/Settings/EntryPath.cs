namespace AppUpdater.Settings;

/// <summary>What <c>run</c> means on this system.</summary>
internal static class EntryPath
{
    private static readonly string[] Runnable = [".exe", ".com", ".cmd", ".bat"];

    /// <summary>
    /// Takes back slashes for slashes and, on Windows, adds <c>.exe</c> unless the name ends like a program:
    /// <c>Company.App</c> is a program's usual name and ends with no such thing.
    /// </summary>
    internal static string Of(string text, bool onWindows)
    {
        var path = text.Replace('\\', '/');
        return onWindows && !Runnable.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) ? path + ".exe" : path;
    }
}
