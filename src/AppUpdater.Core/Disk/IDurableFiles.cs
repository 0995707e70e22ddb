namespace AppUpdater.Core.Disk;

/// <summary>What lies at a path, links not followed. Length in bytes; mode is null on Windows.</summary>
internal sealed record FileFacts(FileKind Kind, long Length, DateTimeOffset Modified, UnixFileMode? Mode)
{
    /// <summary>Those attributes of Windows that an update keeps: what a person or an installer sets on a file.</summary>
    internal const FileAttributes KeptAttributes = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System;

    /// <summary>Of <see cref="KeptAttributes"/> those that the file bears; none on other systems, whose modes say it.</summary>
    internal FileAttributes Attributes { get; init; }

    /// <summary>Null where the system does not tell it (other than Linux).</summary>
    internal FileIdentity? Identity { get; init; }
}

/// <summary>
/// A file whatever its name: volume and inode, and when anything about it last changed (ctime, in 100 ns; nobody can set it).
/// A rename or a link counts as such a change.
/// </summary>
internal readonly record struct FileIdentity(ulong Volume, ulong Number, long Changed);

internal enum FileKind { File, Directory, Link, Other }

/// <summary>
/// The durable steps: the only code that renames, links, replaces or flushes what an app runs from. All paths are full paths.
/// Every failure surfaces as IOException or UnauthorizedAccessException. Nothing is durable until its flush returned:
/// a file's bytes by <see cref="FlushFile"/>, a name by <see cref="FlushDirectory"/> of the folder that holds it.
/// </summary>
internal interface IDurableFiles
{
    FileFacts? Stat(string path);

    /// <summary>Full paths of all that lies directly in a directory, in no order.</summary>
    IReadOnlyList<string> List(string directory);

    Stream OpenRead(string path);

    /// <summary>Creates a file that was not there (O_EXCL; refuses links) and opens it for writing.</summary>
    Stream CreateNew(string path, UnixFileMode? mode);

    void FlushFile(string path);

    void FlushDirectory(string path);

    /// <summary>
    /// Renames; fails where the target exists. Never copies across volumes. Where both names are one thing, on a disk that ignores case,
    /// it takes the new one, if the system can.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>
    /// Renames over an existing file in one step; a read-only one loses that attribute a step before. Never copies across volumes.
    /// </summary>
    void Replace(string from, string to);

    /// <summary>Exchanges two names in one step (renameat2 RENAME_EXCHANGE); false where the system or volume can't.</summary>
    bool TryExchange(string one, string other);

    /// <summary>Gives a file a second name; false where the volume has no hard links.</summary>
    bool TryLink(string existing, string added);

    void CreateDirectory(string path);

    void DeleteFile(string path);

    /// <summary>Deletes an empty directory; fails where it is not empty.</summary>
    void DeleteDirectory(string path);

    void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified);

    /// <summary>Sets <see cref="FileFacts.KeptAttributes"/> to these; other attributes stay. Does nothing but on Windows.</summary>
    void SetAttributes(string path, FileAttributes attributes);
}
