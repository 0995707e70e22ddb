using System.Collections.Immutable;

namespace AppUpdater.Cli.Publishing;

/// <summary>Reads which files a build folder holds. Links to files inside are followed; whatever leads out of it is refused.</summary>
internal sealed class BuildScan
{
    private static readonly ImmutableHashSet<string> NeverPublished = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase, ".appupdater", ".git", ".svn", ".hg", ".vs", ".DS_Store", "Thumbs.db", "desktop.ini");

    // What the install keeps as its own at the top: a release that names them is refused by every client.
    private static readonly ImmutableHashSet<string> NeverAtTheTop = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "dato.ini", "version.ini");

    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    private readonly string _root;
    private readonly CancellationToken _ct;
    private readonly List<BuildFile> _files = [];
    private readonly List<RelativePath> _empty = [];
    private readonly List<string> _leftOut = [];

    private BuildScan(string root, CancellationToken ct)
    {
        _root = root;
        _ct = ct;
    }

    /// <exception cref="InstallException">There is no such folder, it holds no file, or something in it can't be published.</exception>
    internal static Build Read(string folder, CancellationToken ct)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new InstallException($"The folder to publish, {root}, does not exist.");
        var scan = new BuildScan(root, ct);
        scan.Enter(new DirectoryInfo(root), at: null);
        return scan._files.Count == 0
            ? throw new InstallException($"{root} holds no file to publish.")
            : new Build([.. scan._files.OrderBy(file => file.Path)], [.. scan._empty.Order()], [.. scan._leftOut.Order(StringComparer.Ordinal)]);
    }

    private void Enter(DirectoryInfo folder, RelativePath? at)
    {
        _ct.ThrowIfCancellationRequested();
        var any = false;
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var text = at is { } above ? $"{above}/{entry.Name}" : entry.Name;
            any = true;
            if (NeverPublished.Contains(entry.Name) || (at is null && NeverAtTheTop.Contains(entry.Name)))
            {
                _leftOut.Add(text);
                continue;
            }

            if (!RelativePath.TryParse(text, out var path, out var problem))
                throw new InstallException($"{entry.FullName} can't be published. {problem} Rename it, or keep it out of the build.");
            if (entry is FileInfo file)
                _files.Add(Describe(file, path));
            else if (entry.LinkTarget is null)
                Enter((DirectoryInfo)entry, path);
            else
                throw new InstallException($"{entry.FullName} is a link to a folder, which is never followed. Put the folder itself there.");
        }

        if (!any && at is { } empty)
            _empty.Add(empty);
    }

    private BuildFile Describe(FileInfo file, RelativePath path)
    {
        var target = file;
        if (file.LinkTarget is not null)
        {
            target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            if (target is not { Exists: true } || target.Attributes.HasFlag(FileAttributes.Directory)
                || !Path.GetFullPath(target.FullName).StartsWith(_root + Path.DirectorySeparatorChar, Core.LocalPaths.Comparison))
                throw new InstallException($"{file.FullName} is a link to {file.LinkTarget}, which is no file inside the build. Put the file itself there.");
        }

        var time = new DateTimeOffset(target.LastWriteTimeUtc, TimeSpan.Zero);
        return new BuildFile(
            path,
            target.FullName,
            target.Length,
            time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)),
            OperatingSystem.IsWindows() ? null : target.UnixFileMode & Permissions);
    }
}
