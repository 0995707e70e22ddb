using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Processes;

namespace AppUpdater.Core.Swap;

/// <summary>What lies at a path: nothing (no kind), a file with its hash, or something else.</summary>
internal readonly record struct Found(FileKind? Kind, ContentHash? Hash)
{
    internal bool IsMissing => Kind is null;

    internal bool Has(ContentHash? hash) => hash is not null && Hash == hash;
}

/// <summary>The install's files as a swap sees them: by content, never by time. Remembers what it moved aside.</summary>
internal sealed class LiveFiles(IDurableFiles files, string root, TimeProvider clock, Action<TimeSpan> wait)
{
    private const int BufferBytes = 128 * 1024;
    private const int MaxNames = 1000;
    private const string UserSuffix = ".user-";

    /// <summary>Virus scanners and indexers hold a file for seconds, not minutes; all of it together is about six seconds.</summary>
    private static readonly int[] WaitMilliseconds = [50, 100, 200, 400, 800, 1600, 3200];

    private readonly List<string> _kept = [];
    private readonly KnownFiles _known = new(files, clock);

    /// <summary>Files with unknown bytes, and folders with such files, that were moved aside or copied, as full paths.</summary>
    internal IReadOnlyList<string> Kept => _kept;

    internal string Root => root;

    internal string At(RelativePath path) => path.Under(root);

    internal string FolderOf(RelativePath path) => path.Parent is { } parent ? At(parent) : root;

    internal bool Exists(string path) => files.Stat(path) is not null;

    internal bool IsFolder(string path) => files.Stat(path) is { Kind: FileKind.Directory };

    internal Found Look(RelativePath path) => Look(At(path));

    internal Found Look(string path)
    {
        if (files.Stat(path) is not { } facts)
            return default;
        return facts.Kind == FileKind.File ? new Found(FileKind.File, _known.Find(facts) ?? HashOf(path)) : new Found(facts.Kind, null);
    }

    /// <summary>As <see cref="Look(RelativePath)"/>, again after a while where a scanner holds the file that was just put there.</summary>
    /// <exception cref="InstallException">It can't be read.</exception>
    internal Found LookPatiently(RelativePath path, Func<string, Found>? look = null)
    {
        var found = default(Found);
        Try(path, () => found = (look ?? Look)(At(path)));
        return found;
    }

    /// <summary>Reads all these at once, so that a later look at one that is still the same need not read it.</summary>
    internal void Learn(IEnumerable<string> paths) => _known.Learn([.. paths], HashOf);

    /// <summary>As <see cref="Learn"/>, whatever was known before.</summary>
    internal void LearnAnew(IEnumerable<string> paths)
    {
        _known.Forget();
        Learn(paths);
    }

    /// <summary>
    /// Reads all these at once and tells what one of them is: at once, each a single time. A file that was just written is not read again for it.
    /// </summary>
    internal Func<string, Found> LookAtAll(IEnumerable<string> paths)
    {
        var tooNew = _known.LearnForNow([.. paths], HashOf);
        return path => tooNew.TryRemove(path, out var read) && files.Stat(path) is { Kind: FileKind.File } facts && facts.Identity == read.Facts.Identity && read.IsOf(facts)
            ? new Found(FileKind.File, read.Hash)
            : Look(path);
    }

    /// <summary>As <see cref="LookAtAll"/>, whatever was known before.</summary>
    internal Func<string, Found> LookAtAllAnew(IEnumerable<string> paths)
    {
        _known.Forget();
        return LookAtAll(paths);
    }

    /// <summary>Whether a file was read, holds these bytes and is still the same. False says nothing about it.</summary>
    internal bool IsKnownAs(ContentHash? hash, RelativePath path) =>
        hash is not null && _known.Find(At(path)) == hash;

    /// <summary>After a step of this swap gave a file another name: what was known of it stays known.</summary>
    internal void Follow(string path) => _known.Follow(path);

    /// <summary>Runs a step that decides by what it finds, again after a while where the file is in use.</summary>
    /// <exception cref="InstallException">It still fails.</exception>
    internal void Try(RelativePath path, Action step) => Try(At(path), step);

    /// <summary>As <see cref="Try(RelativePath, Action)"/>, for a full path.</summary>
    internal void Try(string path, Action step)
    {
        try
        {
            Again(step);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(
                $"{path} can't be changed: {e.Message}{FileHolders.Sentence(path)} Close what uses it and see that the account may write there.", e);
        }
    }

    /// <summary>As <see cref="Try(string, Action)"/>, for a step that names what is in its way itself.</summary>
    internal void Again(Action step)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                step();
                return;
            }
            catch (Exception e) when (attempt < WaitMilliseconds.Length
                && e is (IOException or UnauthorizedAccessException) and not (FileNotFoundException or DirectoryNotFoundException))
            {
                wait(TimeSpan.FromMilliseconds(WaitMilliseconds[attempt]));
            }
        }
    }

    /// <summary>
    /// Moves a file with unknown bytes, or a folder with things in it that are, to a free name beside; durable when it returns, because
    /// what comes to its name next may reach the disk before.
    /// </summary>
    internal void MoveAside(RelativePath path)
    {
        var aside = FreeUserName(path);
        files.Rename(At(path), At(aside));
        files.FlushDirectory(FolderOf(path));
        _kept.Add(At(aside));
    }

    /// <summary>
    /// As <see cref="MoveAside"/>, but the name never lacks a file: for the entry. Where a copy of the same bytes lies beside,
    /// made before a cut, that is enough.
    /// </summary>
    internal void CopyAside(RelativePath path, string scratch)
    {
        var (source, bytes) = (At(path), Look(path).Hash);
        var kept = files.List(FolderOf(path))
            .Where(other => Path.GetFileName(other).StartsWith(path.Name + UserSuffix, StringComparison.Ordinal))
            .FirstOrDefault(other => Look(other).Has(bytes));
        if (kept is null)
        {
            kept = At(FreeUserName(path));
            LinkOrCopy(source, kept, scratch);
        }

        files.FlushDirectory(FolderOf(path));
        _kept.Add(kept);
    }

    /// <summary>Makes the folders that a path lies in where they are missing; durable when it returns.</summary>
    internal void HaveFolderOf(RelativePath path)
    {
        if (path.Parent is not { } folder || Exists(At(folder)))
            return;
        HaveFolderOf(folder);
        files.CreateDirectory(At(folder));
        files.FlushDirectory(FolderOf(folder));
    }

    internal void Remember(RelativePath kept) => _kept.Add(At(kept));

    internal RelativePath FreeUserName(RelativePath path) =>
        FreeName(path, UserSuffix + clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));

    /// <summary>The path with the suffix, or with a number behind it where that name is taken.</summary>
    /// <exception cref="InstallException">All are taken.</exception>
    internal RelativePath FreeName(RelativePath path, string suffix)
    {
        for (var number = 1; number <= MaxNames; number++)
        {
            var free = KeptName.Beside(path, suffix + (number == 1 ? "" : $"-{number}"));
            if (!Exists(At(free)))
                return free;
        }

        throw new InstallException($"There are {MaxNames} kept copies of {At(path)} already; remove those that are not needed.");
    }

    /// <summary>Gives a file a second name; where the volume has no links, a flushed copy. The name itself is not flushed.</summary>
    internal void LinkOrCopy(string from, string to, string scratch)
    {
        if (!files.TryLink(from, to))
            Copy(from, to, scratch);
    }

    /// <summary>Copies by way of a scratch name, so that what bears the name is whole.</summary>
    internal ContentHash Copy(string from, string to, string scratch, UnixFileMode? mode = null)
    {
        if (Exists(scratch))
            files.DeleteFile(scratch);
        var facts = files.Stat(from) ?? throw new FileNotFoundException($"{from} is missing.", from);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var source = files.OpenRead(from))
        using (var target = files.CreateNew(scratch, mode ?? facts.Mode))
            Pump(source, target, hash);
        files.SetFacts(scratch, mode ?? facts.Mode, facts.Modified);
        files.FlushFile(scratch);
        files.Rename(scratch, to);
        return ContentHash.Finish(hash);
    }

    private ContentHash HashOf(string path)
    {
        using var stream = files.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Pump(stream, null, hash);
        return ContentHash.Finish(hash);
    }

    private static void Pump(Stream source, Stream? target, IncrementalHash hash)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = source.Read(buffer, 0, buffer.Length)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                target?.Write(buffer, 0, read);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
