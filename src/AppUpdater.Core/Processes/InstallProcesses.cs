using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Processes;

/// <summary>A process and the executable it runs from.</summary>
internal sealed record RunningProgram(int Id, string Executable);

/// <summary>
/// Which processes run from an install, told by the path of their executable, never by a name. Sees what this user may see;
/// an app started as <c>dotnet MyApp.dll</c> runs from elsewhere and is seen by the mark it shares.
/// </summary>
internal static class InstallProcesses
{
    private const string DeletedSuffix = " (deleted)"; // proc(5): the executable's name is gone

    /// <summary>All but <paramref name="except"/>, and all but those that run from the updater's own folder.</summary>
    internal static IReadOnlyList<RunningProgram> Under(InstallLayout layout, IReadOnlyCollection<int> except)
    {
        var root = Path.TrimEndingDirectorySeparator(RealPath(layout.Root)) + Path.DirectorySeparatorChar;
        var own = root + RelativePath.OwnFolder + Path.DirectorySeparatorChar;
        return
        [
            .. (OperatingSystem.IsLinux() ? ByProc() : ByRuntime())
                .Where(program => program.Executable.StartsWith(root, LocalPaths.Comparison) && !program.Executable.StartsWith(own, LocalPaths.Comparison))
                .Where(program => !except.Contains(program.Id)),
        ];
    }

    /// <summary>The path of a process's executable, as /proc tells it; null where it has ended, or is another user's.</summary>
    internal static string? ExecutableOf(int id) => ExecutableByProc($"/proc/{id.ToString(CultureInfo.InvariantCulture)}");

    private static IEnumerable<RunningProgram> ByProc()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ExecutableByProc(folder) is { } path)
                yield return new RunningProgram(id, path);
        }
    }

    private static string? ExecutableByProc(string folder)
    {
        try
        {
            var path = new FileInfo(Path.Join(folder, "exe")).LinkTarget;
            return path?.EndsWith(DeletedSuffix, StringComparison.Ordinal) == true ? path[..^DeletedSuffix.Length] : path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // ended meanwhile, or another user's
        }
    }

    private static IEnumerable<RunningProgram> ByRuntime()
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (ExecutableByRuntime(process) is { } path)
                    yield return new RunningProgram(process.Id, path);
            }
        }
    }

    private static string? ExecutableByRuntime(Process process)
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

    /// <summary>The kernel tells paths with their links followed, so the install's path must be told so too.</summary>
    private static string RealPath(string path)
    {
        if (OperatingSystem.IsWindows())
            return Path.GetFullPath(path);
        var buffer = new byte[4096 + 1];
        return UnixCalls.RealPath(path, buffer) == 0
            ? Path.GetFullPath(path)
            : Encoding.UTF8.GetString(buffer.AsSpan(0, buffer.AsSpan().IndexOf((byte)0)));
    }
}
