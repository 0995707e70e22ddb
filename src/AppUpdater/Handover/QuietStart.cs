using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Handover;

/// <summary>
/// What <see cref="HostStartup"/> does where there is nothing to do, which is nearly always. In a process that has just begun, each method
/// and type of ours costs more time than a look at the disk, and Core is an assembly to load: this keeps to a few simple ones that the
/// runtime brings compiled, and knows neither log nor journal. Whatever is not plain is left to the whole look, which decides alone.
/// </summary>
internal static class QuietStart
{
    private const int MaxBytes = 4096;
    private const FileAttributes NotThere = (FileAttributes)(-1);

    /// <summary>The report, with the install's mark shared for this process's life; null where the whole look is needed, and nothing is held.</summary>
    internal static StartupReport? Look(string root)
    {
        var own = Path.Join(root, RelativePath.OwnFolder);
        try
        {
            var found = new FileInfo(own).Attributes;
            if (found == NotThere)
                return File.Exists(Path.Join(root, "dato.ini")) ? null : new StartupReport(root, version: null, isFirstRun: false);
            return (found & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == FileAttributes.Directory ? LookInside(root, own) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the whole look meets the same, and knows what to make of it
        }
    }

    private static StartupReport? LookInside(string root, string own)
    {
        SafeFileHandle? mark = null;
        try
        {
            // As RunningMark shares it, and as there before the look: from here on no swap can begin.
            mark = File.OpenHandle(Path.Join(own, "running"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
            if (HasSwaps(Path.Join(own, "swap")))
                return null;
            var record = new FileInfo(Path.Join(own, "installed.json"));
            var version = IsFile(record) ? VersionSeenBefore(record, Path.Join(own, "last-run")) : null;
            if (version is null && record.Attributes != NotThere)
                return null;
            GCHandle.Alloc(mark); // nothing lets go of it but the end of the process
            mark = null;
            return new StartupReport(root, version, isFirstRun: false);
        }
        finally
        {
            mark?.Dispose();
        }
    }

    private static bool HasSwaps(string swaps)
    {
        if (new FileInfo(swaps).Attributes == NotThere)
            return false;
        using var entries = Directory.EnumerateFileSystemEntries(swaps).GetEnumerator();
        return entries.MoveNext();
    }

    /// <summary>The version by <see cref="LastRun"/>'s line, where that fits this record and is plain ASCII; else null.</summary>
    private static string? VersionSeenBefore(FileInfo record, string lastRun)
    {
        var last = new FileInfo(lastRun);
        if (!IsFile(last) || last.Length > MaxBytes)
            return null;
        var stamp = record.Length.ToString(CultureInfo.InvariantCulture) + "-" + record.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture) + " ";
        // Letter by letter: what decodes UTF-8 fast is compiled anew for the processor at hand, which takes longer than all the rest.
        var line = File.ReadAllBytes(lastRun);
        var end = 0;
        for (; end < line.Length && (end < stamp.Length ? line[end] == stamp[end] : line[end] != ' '); end++)
        {
            if (line[end] > 0x7e)
                return null;
        }

        if (end <= stamp.Length)
            return null;
        var version = new char[end - stamp.Length];
        for (var at = 0; at < version.Length; at++)
            version[at] = (char)line[stamp.Length + at];
        return new string(version);
    }

    private static bool IsFile(FileInfo file) => (file.Attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == 0;
}
