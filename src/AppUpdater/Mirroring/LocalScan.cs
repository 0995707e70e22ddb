using System.Collections.Immutable;
using System.IO.Enumeration;
using AppUpdater.Core;

namespace AppUpdater.Mirroring;

/// <summary>Reads a folder into a <see cref="LocalTree"/>, one entry of a folder at a time and without opening a file.</summary>
internal sealed class LocalScan(string root, FilterRules filter, bool followLinks)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    private readonly Dictionary<RelativePath, LocalFile> _files = [];
    private readonly HashSet<RelativePath> _folders = [];
    private readonly HashSet<RelativePath> _others = [];
    private readonly ImmutableArray<MirrorFailure>.Builder _failures = ImmutableArray.CreateBuilder<MirrorFailure>();
    private bool _isWhole = true;

    /// <exception cref="InstallException">The folder itself is missing or can't be read.</exception>
    internal LocalTree Read(CancellationToken ct)
    {
        try
        {
            var open = new Stack<Step>([new Step(null, root, followLinks ? [RealPath(root)] : [])]);
            while (open.TryPop(out var step))
            {
                ct.ThrowIfCancellationRequested();
                Read(step, open);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"{root} can't be read: {Wording.Of(e)} Nothing was sent or removed. Check that the folder is there.", e);
        }

        return new LocalTree { Files = _files, Folders = _folders, Others = _others, Failures = _failures.ToImmutable(), IsWhole = _isWhole };
    }

    /// <summary>The path with no link in it.</summary>
    internal static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        var here = Path.Join(RealPath(parent), Path.GetFileName(full));
        return new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target && target.FullName != here ? RealPath(target.FullName) : here;
    }

    private void Read(Step step, Stack<Step> open)
    {
        try
        {
            foreach (var entry in Entries(step.Full))
                Take(step, entry, open);
        }
        catch (Exception e) when (step.Path is not null && e is IOException or UnauthorizedAccessException)
        {
            _isWhole = false;
            _failures.Add(new MirrorFailure(step.Path, $"{step.Full} can't be read: {Wording.Of(e)}"));
        }
    }

    private static FileSystemEnumerable<Entry> Entries(string folder) => new(
        folder,
        static (ref FileSystemEntry entry) => new Entry(
            entry.FileName.ToString(), entry.Attributes, entry.IsDirectory ? 0 : entry.Length, entry.LastWriteTimeUtc),
        Everything);

    private void Take(Step step, Entry entry, Stack<Step> open)
    {
        if (step.Path is null && entry.Name.Equals(RelativePath.OwnFolder, StringComparison.OrdinalIgnoreCase))
            return;
        if (RelativePath.ProblemOf(step.Path is { } folder ? $"{folder}/{entry.Name}" : entry.Name, out var path) is { } problem)
        {
            _failures.Add(new MirrorFailure(step.Path, $"{problem} Rename it: it can't be mirrored under this name."));
            return;
        }

        var full = Path.Join(step.Full, entry.Name);
        if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && new FileInfo(full).LinkTarget is not null)
            TakeLink(step, path, full, open);
        else if (entry.Attributes.HasFlag(FileAttributes.Directory))
            TakeFolder(path, full, step.Chain, open);
        else if (entry.Attributes.HasFlag(FileAttributes.Device) || IsSpecial(full, entry))
            _others.Add(path);
        else if (!MirrorPlace.IsPartial(path) && !IsOwn(path, full))
            _files[path] = new LocalFile(entry.Length, entry.Modified);
    }

    private void TakeFolder(RelativePath path, string full, ImmutableArray<string> chain, Stack<Step> open)
    {
        _folders.Add(path);
        if (filter.Enters(path))
            open.Push(new Step(path, full, chain));
    }

    private void TakeLink(Step step, RelativePath path, string full, Stack<Step> open)
    {
        if (!followLinks)
        {
            _others.Add(path);
            return;
        }

        var target = new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true) is { } found ? RealPath(found.FullName) : null;
        var real = RealPath(root);
        if (target is null || !Path.Exists(target) || !target.StartsWith(real + Path.DirectorySeparatorChar, LocalPaths.Comparison)
            || IsAtOrBelow(target, Path.Join(real, RelativePath.OwnFolder)))
        {
            _others.Add(path);
            _failures.Add(new MirrorFailure(path, "It is a symbolic link that leads nowhere, or out of the folder."));
        }
        else if (!Directory.Exists(target))
        {
            var file = new FileInfo(target);
            if (!filter.Own.HasBehindLink(target))
                _files[path] = new LocalFile(file.Length, file.LastWriteTimeUtc);
        }
        else if (step.Chain.Contains(target) || IsAtOrBelow(RealPath(step.Full), target))
        {
            _others.Add(path);
            _failures.Add(new MirrorFailure(path, "It is a symbolic link to a folder that it lies in: following it would never end."));
        }
        else
        {
            TakeFolder(path, full, step.Chain.Add(target), open);
        }
    }

    private bool IsOwn(RelativePath path, string full) => filter.Own.Has(path) || (followLinks && filter.Own.HasBehindLink(full));

    private static bool IsAtOrBelow(string path, string folder) =>
        path.Equals(folder, LocalPaths.Comparison) || path.StartsWith(folder + Path.DirectorySeparatorChar, LocalPaths.Comparison);

    // A pipe has no length, and reading it would never end: asked only where the entry looks empty.
    private static bool IsSpecial(string full, Entry entry) =>
        entry.Length == 0 && !OperatingSystem.IsWindows() && AppUpdater.Core.Disk.DurableFiles.ForThisSystem().Stat(full) is { Kind: not AppUpdater.Core.Disk.FileKind.File };

    private readonly record struct Entry(string Name, FileAttributes Attributes, long Length, DateTimeOffset Modified);

    private sealed record Step(RelativePath? Path, string Full, ImmutableArray<string> Chain);
}
