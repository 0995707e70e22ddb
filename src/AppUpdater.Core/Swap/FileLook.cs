using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>A file's mode and time; null where it is left as it is, or unknown to the system. So are no attributes.</summary>
internal sealed record FileLook(UnixFileMode? Mode, DateTimeOffset? Modified)
{
    internal static FileLook None { get; } = new(null, null);

    /// <summary>Of <see cref="FileFacts.KeptAttributes"/> alone.</summary>
    internal FileAttributes Attributes { get; init; }

    internal static FileLook Of(FileFacts facts) => new(facts.Mode, facts.Modified) { Attributes = facts.Attributes };

    /// <summary>Gives a file this mode and time where they differ; durable when it returns.</summary>
    internal void Dress(IDurableFiles files, string path)
    {
        DressUnflushed(files, path, files.Stat(path));
        files.FlushFile(path);
    }

    /// <summary>As <see cref="Dress"/>; durable once the file is flushed.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="path">The file.</param>
    /// <param name="facts">What it is like now.</param>
    /// <returns>Whether anything differed.</returns>
    internal bool DressUnflushed(IDurableFiles files, string path, FileFacts? facts)
    {
        var (hasFacts, hasAttributes) = (IsOf(facts), Attributes == 0 || Attributes == facts?.Attributes);
        if (!hasFacts)
            files.SetFacts(path, Mode, Modified);
        if (!hasAttributes)
            files.SetAttributes(path, Attributes);
        return !hasFacts || !hasAttributes;
    }

    /// <summary>Gives a file back the attributes that replacing it, or a cut, took from it; durable when it returns.</summary>
    internal void Mark(IDurableFiles files, string path)
    {
        if (Attributes == 0 || files.Stat(path) is not { Kind: FileKind.File } facts || facts.Attributes == Attributes)
            return;
        files.SetAttributes(path, Attributes);
        files.FlushFile(path);
    }

    private bool IsOf(FileFacts? facts) =>
        facts is not null && (Mode is null || Mode == facts.Mode) && (Modified is null || Modified == facts.Modified);
}
