using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;

namespace AppUpdater.Handover;

/// <summary>The install's files while a swap is put together, and the staged ones beside them.</summary>
internal sealed class LiveTree(InstallLayout layout, IDurableFiles files, RelativePath? run)
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>What lies at a path; null where nothing does.</summary>
    /// <exception cref="InstallException">Something that is no file lies there.</exception>
    internal ContentHash? HashOf(RelativePath path)
    {
        var facts = files.Stat(path.Under(layout.Root));
        if (facts is null)
            return null;
        if (facts.Kind != FileKind.File)
            throw new InstallException($"\"{path.Under(layout.Root)}\" is no plain file, and the update needs its place. Move it away and try again.");
        using var stream = files.OpenRead(path.Under(layout.Root));
        return ContentHash.Of(stream);
    }

    /// <summary>
    /// A file that is replaced keeps its mode. A plain tree tells none for the others (FTP has no standard way to): what is started is
    /// made executable, and so is what the kernel would run, an ELF image or a script.
    /// </summary>
    internal UnixFileMode? ModeFor(RelativePath path, string source)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (files.Stat(path.Under(layout.Root)) is { Kind: FileKind.File, Mode: { } mode })
            return mode;
        return path == run || IsProgram(source) ? Executable : Plain;
    }

    /// <summary>Copies the user's file to where the swap takes it from: it comes back under its new name.</summary>
    internal FileToPlace CopyOf(RelativePath path, RelativePath copy, string stagingFolder)
    {
        var live = path.Under(layout.Root);
        var facts = files.Stat(live) ?? throw new InstallException($"\"{live}\" disappeared while the update was prepared. Try again.");
        var source = Path.Join(stagingFolder, ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(copy.Value)).Hex[..32] + ".user");
        Drop(source);
        using (var from = files.OpenRead(live))
        using (var into = files.CreateNew(source, facts.Mode))
            from.CopyTo(into);
        files.FlushFile(source);
        using var written = files.OpenRead(source);
        return new FileToPlace(copy, source, ContentHash.Of(written), OldHash: null, facts.Mode, facts.Modified);
    }

    /// <summary>A file of the updater's own making, such as installed.json.</summary>
    internal FileToPlace Own(RelativePath path, string stagingFolder, ReadOnlySpan<byte> content)
    {
        var source = Path.Join(stagingFolder, path.Name + ".own");
        Drop(source);
        using (var into = files.CreateNew(source, mode: null))
            into.Write(content);
        files.FlushFile(source);
        return new FileToPlace(path, source, ContentHash.Of(content), HashOf(path), ModeFor(path, source), Modified: null);
    }

    private void Drop(string path)
    {
        if (files.Stat(path) is not null)
            files.DeleteFile(path);
    }

    private bool IsProgram(string source)
    {
        Span<byte> start = stackalloc byte[4];
        using var stream = files.OpenRead(source);
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start[..read] switch
        {
            [0x7f, (byte)'E', (byte)'L', (byte)'F'] => true,
            [(byte)'#', (byte)'!', ..] => true,
            _ => false,
        };
    }
}
