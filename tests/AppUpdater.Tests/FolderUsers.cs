using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Tests;

/// <summary>A process that works in a folder.</summary>
internal sealed record FolderUser(int Id, string Program)
{
    internal void End()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself, which is as good.
        }
    }

    public override string ToString() => $"process {Id} ({Program})";
}

/// <summary>
/// Which processes but this one use a folder: by their program, and on Linux by their working directory and their arguments, too, since a
/// script runs from its interpreter.
/// </summary>
internal static class FolderUsers
{
    /// <summary>All.</summary>
    internal static IReadOnlyList<FolderUser> Of(string root) => [.. OperatingSystem.IsLinux()
        ? ByProc(root, folder => [Link(folder, "exe"), Link(folder, "cwd"), Arguments(folder)])
        : ByRuntime(root)];

    /// <summary>Those whose working directory it is; on Windows those whose program lies there.</summary>
    internal static IReadOnlyList<FolderUser> WorkingIn(string root) => [.. OperatingSystem.IsLinux()
        ? ByProc(root, folder => [Link(folder, "cwd")])
        : ByRuntime(root)];

    private static IEnumerable<FolderUser> ByProc(string root, Func<string, string[]> uses)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId
                && uses(folder).Any(path => path.Contains(root, StringComparison.Ordinal)))
                yield return new FolderUser(id, Arguments(folder));
        }
    }

    private static string Link(string folder, string name)
    {
        try
        {
            return new FileInfo(Path.Join(folder, name)).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // ended meanwhile, or another user's
        }
    }

    private static string Arguments(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Join(folder, "cmdline")).Replace('\0', ' ').Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // ended meanwhile
        }
    }

    private static IEnumerable<FolderUser> ByRuntime(string root)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (process.Id != Environment.ProcessId && ProgramOf(process) is { } path && path.StartsWith(root, StringComparison.OrdinalIgnoreCase))
                    yield return new FolderUser(process.Id, path);
            }
        }
    }

    private static string? ProgramOf(Process process)
    {
        try
        {
            return process.MainModule?.FileName;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            return null; // a system process, another user's, or ended meanwhile
        }
    }
}
