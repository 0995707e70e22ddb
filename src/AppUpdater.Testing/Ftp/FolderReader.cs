namespace AppUpdater.Testing.Ftp;

/// <summary>Reads the served folder as a listing shows it, faults included.</summary>
internal sealed class FolderReader(LoopbackFtpServer server)
{
    private static readonly DateTime ExtraTime = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    /// <summary>What lies in the folder, or the file itself; null where there is nothing.</summary>
    internal IReadOnlyList<ListedEntry>? Read(string serverPath)
    {
        if (server.Folder.Local(serverPath) is not { } local)
            return null;
        if (!Directory.Exists(local))
            return One(serverPath) is { } one ? [one] : null;
        var below = serverPath == "/" ? "/" : serverPath + "/";
        List<ListedEntry> entries = [.. new DirectoryInfo(local).EnumerateFileSystemInfos()
            .OrderBy(info => info.Name, StringComparer.Ordinal)
            .Select(info => Tell(info, below + info.Name))];
        entries.AddRange(server.Faults.ExtraListingNames.Select(name => new ListedEntry(name, ListedKind.File, 1, ExtraTime, false)));
        entries.AddRange(server.Faults.ExtraListingFolders.Select(name => new ListedEntry(name, ListedKind.Folder, 4096, ExtraTime, false)));
        return entries;
    }

    internal ListedEntry? One(string serverPath)
    {
        if (server.Folder.Local(serverPath) is not { } local)
            return null;
        FileSystemInfo info = Directory.Exists(local) ? new DirectoryInfo(local) : new FileInfo(local);
        return info.Exists ? Tell(info, serverPath) : null;
    }

    private ListedEntry Tell(FileSystemInfo info, string serverPath)
    {
        var kind = info.LinkTarget is not null ? ListedKind.Link : info is DirectoryInfo ? ListedKind.Folder : ListedKind.File;
        var size = kind == ListedKind.File ? server.Faults.Size(serverPath, ((FileInfo)info).Length) : 4096;
        var executable = !OperatingSystem.IsWindows() && info.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
        return new ListedEntry(info.Name, kind, size, info.LastWriteTimeUtc, executable);
    }
}
