using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Handover;

/// <summary>
/// What <see cref="HostStartup"/> does where there is nothing to do, which is nearly always. In a process that has just begun, each method
/// and type of ours costs more time than a look at the disk, and Core is an assembly to load: this keeps to few methods and to what the
/// runtime brings compiled, and knows neither log nor journal. Whatever is not plain is left to the whole look, which decides alone.
/// </summary>
internal static class QuietStart
{
    private const int MaxBytes = 4096;
    private const FileAttributes NotThere = (FileAttributes)(-1);
    private const FileAttributes NoFile = FileAttributes.Directory | FileAttributes.ReparsePoint;

    /// <summary>The report, with the install's mark shared for this process's life; null where the whole look is needed, and nothing is held.</summary>
    internal static StartupReport? Look(string root)
    {
        var own = Path.Join(root, RelativePath.OwnFolder);
        try
        {
            var found = new FileInfo(own).Attributes;
            if (found == NotThere)
                return File.Exists(Path.Join(root, "dato.ini")) ? null : new StartupReport(root, version: null, isFirstRun: false);
            return (found & NoFile) == FileAttributes.Directory ? LookInside(root, own) : null;
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
            var swaps = Path.Join(own, "swap");
            if (new FileInfo(swaps).Attributes != NotThere && Directory.GetFileSystemEntries(swaps).Length > 0)
                return null;
            var record = new FileInfo(Path.Join(own, "installed.json"));
            var version = (record.Attributes & NoFile) == 0 ? VersionSeenBefore(record, Path.Join(own, "last-run")) : null;
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

    /// <summary>The version by <see cref="LastRun"/>'s line, where that fits this record and is plain ASCII; else null.</summary>
    private static string? VersionSeenBefore(FileInfo record, string lastRun)
    {
        var last = new FileInfo(lastRun);
        if ((last.Attributes & NoFile) != 0 || last.Length > MaxBytes)
            return null;
        // No culture, which would load the system's tables of all of them: these numbers are not negative and look the same in each.
        var stamp = record.Length.ToString(provider: null) + "-" + record.LastWriteTimeUtc.Ticks.ToString(provider: null) + " ";
        // Letter by letter: what decodes UTF-8 fast is compiled anew for the processor at hand, which takes longer than all the rest.
        var line = File.ReadAllBytes(lastRun);
        var letters = new char[line.Length];
        var end = 0;
        for (; end < line.Length && (end < stamp.Length || line[end] != ' '); end++)
        {
            if (line[end] > 0x7e)
                return null;
            letters[end] = (char)line[end];
        }

        return end > stamp.Length && new string(letters, 0, stamp.Length) == stamp ? new string(letters, stamp.Length, end - stamp.Length) : null;
    }
}
