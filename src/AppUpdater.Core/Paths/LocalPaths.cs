namespace AppUpdater.Core;

/// <summary>Full paths as this system compares them.</summary>
internal static class LocalPaths
{
    /// <summary>Windows takes upper and lower case for the same name, whatever somebody typed.</summary>
    internal static StringComparison Comparison => OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
}
