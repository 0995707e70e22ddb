using System.IO.Abstractions;
using AppUpdater.Transport.Retry;

namespace AppUpdater.Transport.Folder;

/// <summary>A folder on this machine or on a share.</summary>
internal sealed class FolderSource : IRemoteSource
{
    private readonly IFileSystem _files;
    private readonly TransportOptions _options;

    internal FolderSource(RemoteLocation location, IFileSystem files, TransportOptions options)
    {
        Location = location;
        _files = files;
        _options = options;
        Retry = new RetryPolicy(options);
    }

    public RemoteLocation Location { get; }

    public RetryPolicy Retry { get; }

    public IAsyncEnumerable<RemoteEntry> ListAsync(RelativePath? folder, Func<RelativePath, bool> enter, CancellationToken ct) =>
        new FolderWalk(Location, ListFolderAsync, atOnce: 1) { Gaps = _options.Gaps }.RunAsync(folder, enter, ct);

    public Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) => Retry.RunAsync(
        $"Asking for {Shown(path)}",
        attempt => Task.Run(() => Reach(path, () => Describe(path, _files.FileInfo.FromFileName(path.Under(Location.Path)))), attempt),
        ct);

    public Task<RemoteReadStream> OpenReadAsync(RelativePath path, long offset, long? length, CancellationToken ct) =>
        Task.Run<RemoteReadStream>(() => Reach(path, () => FolderReadStream.Open(path, Location, offset, length, _options)), ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A share may be slow: not on the caller's thread.</summary>
    private Task<IReadOnlyList<RemoteEntry>> ListFolderAsync(RelativePath? folder, CancellationToken ct) => Retry.RunAsync(
        $"Listing {Shown(folder)}", attempt => Task.Run<IReadOnlyList<RemoteEntry>>(() => List(folder), attempt), ct);

    private List<RemoteEntry> List(RelativePath? folder) => Reach(folder, () =>
    {
        var directory = _files.DirectoryInfo.FromDirectoryName(folder is { } below ? below.Under(Location.Path) : Location.Path);
        if (!directory.Exists)
            throw Missing(folder);
        return directory.EnumerateFileSystemInfos()
            .Select(info => PathOf(folder, info.Name) is { } path ? Describe(path, info) : null)
            .OfType<RemoteEntry>()
            .ToList();
    });

    /// <summary>Null where nothing lies there. A link is told, never followed: it may lead anywhere.</summary>
    private static RemoteEntry? Describe(RelativePath path, IFileSystemInfo info)
    {
        var attributes = info.Attributes;
        if ((int)attributes == -1)
            return null;
        var modified = new RemoteTime(new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero), TimeSpan.FromTicks(1));
        if (attributes.HasFlag(FileAttributes.ReparsePoint) || attributes.HasFlag(FileAttributes.Device))
            return new RemoteEntry(path, RemoteEntryKind.Other, null, modified);
        return attributes.HasFlag(FileAttributes.Directory)
            ? new RemoteEntry(path, RemoteEntryKind.Directory, null, modified)
            : SizeOf(info.FullName) is { } size ? new RemoteEntry(path, RemoteEntryKind.File, size, modified) : null;
    }

    /// <summary>Null where it was removed a moment ago, as an upload's temporary file is.</summary>
    private static long? SizeOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Null: it is a gap.</summary>
    private RelativePath? PathOf(RelativePath? folder, string name)
    {
        if (RelativePath.ProblemOf(folder is { } parent ? $"{parent}/{name}" : name, out var path) is not { } problem)
            return path;
        var refusal = new UntrustedException($"{Location} holds {PathRules.Show(name)}: {problem} Rename it there.");
        if (_options.Gaps is not { } gaps)
            throw refusal;
        gaps.AddName(folder, name, refusal);
        return null;
    }

    private T Reach<T>(RelativePath? path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(path, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnreachableException($"{Shown(path)} may not be read by this user: {Wording.Of(e)}", isTransient: false, e);
        }
        catch (IOException e)
        {
            throw new UnreachableException($"{Shown(path)} can't be read: {Wording.Of(e)}", e);
        }
    }

    private MissingException Missing(RelativePath? path, Exception? inner = null) => new($"{Shown(path)} is not there.", inner);

    private string Shown(RelativePath? path) => path is { } below ? below.Under(Location.Path) : Location.Path;
}
