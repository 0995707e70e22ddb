namespace AppUpdater.Core.Disk;

/// <summary>What .NET itself can tell of a path without following a link.</summary>
internal static class FileSystemStat
{
    internal static FileFacts? Of(string path)
    {
        var info = new FileInfo(path);
        var attributes = info.Attributes;
        if ((int)attributes == -1)
            return null;

        // Only symbolic links and junctions lead elsewhere; a placeholder of a cloud drive is a reparse point as well.
        var kind = info.LinkTarget is not null ? FileKind.Link
            : attributes.HasFlag(FileAttributes.Directory) ? FileKind.Directory
            : attributes.HasFlag(FileAttributes.Device) ? FileKind.Other
            : FileKind.File;
        UnixFileMode? mode = OperatingSystem.IsWindows() ? null : info.UnixFileMode;
        return new FileFacts(kind, kind == FileKind.File ? info.Length : 0, new DateTimeOffset(info.LastWriteTimeUtc), mode)
        {
            Attributes = OperatingSystem.IsWindows() && kind == FileKind.File ? attributes & FileFacts.KeptAttributes : 0,
        };
    }

    /// <summary>Full paths of all that lies directly in a directory, hidden entries included.</summary>
    internal static IReadOnlyList<string> List(string directory) =>
        Directory.GetFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false });
}
