using System.Collections.Immutable;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>A mirror that a folder knows. <see cref="Status"/> is null where no cycle of it is known; <see cref="Problem"/> says why, where it can't be read.</summary>
internal sealed record KnownMirror(string Id, MirrorStatus? Status, bool? IsInCycles, bool? IsAtWork, string? Problem);

/// <summary>The mirrors that a folder knows, by what they keep in it. Takes no lock and touches nothing.</summary>
/// <param name="Directory">A full path.</param>
/// <param name="Free">Bytes free on its volume; null where the system does not tell.</param>
/// <param name="Mirrors">By name.</param>
internal sealed record KnownMirrors(string Directory, long? Free, ImmutableArray<KnownMirror> Mirrors)
{
    // A folder has one or two; who put thousands there was no mirror.
    private const int Most = 100;

    private const string StateSuffix = ".json";

    /// <exception cref="InstallException">The folder is not there, or can't be read.</exception>
    internal static KnownMirrors In(string directory, IDurableFiles files)
    {
        var texts = new Texts("MirrorSchedule");
        if (!System.IO.Directory.Exists(directory))
            throw new InstallException(texts.Said("Status.NoFolder", directory));
        var own = Path.Join(directory, RelativePath.OwnFolder, "mirror");
        try
        {
            var ids = System.IO.Directory.Exists(own) ? files.List(own).Select(path => IdOf(Path.GetFileName(path))).OfType<string>() : [];
            return new KnownMirrors(directory, LocalVolume.Of(directory).Free, [.. ids.Distinct().Order(StringComparer.Ordinal).Take(Most).Select(id => Look(own, id, files))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(texts.Said("Status.CantList", own, Wording.Of(e)), e);
        }
    }

    private static KnownMirror Look(string own, string id, IDurableFiles files)
    {
        MirrorStatus? status = null;
        string? problem = null;
        try
        {
            status = MirrorStatusFile.Read(files, Path.Join(own, id + MirrorStatusFile.Suffix));
            if (status is not null && status.Id != id)
                throw new FormatException($"It is the status of {status.Id}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            (status, problem) = (null, MirrorStatus.Short(e.Message));
        }

        // Without a status the pair's lock has no name that is known.
        var (isInCycles, isAtWork) = CycleLock.Look(own, id, status?.Pair ?? id);
        return new KnownMirror(id, status, isInCycles, status is null ? null : isAtWork, problem);
    }

    private static string? IdOf(string name)
    {
        var suffix = name.EndsWith(MirrorStatusFile.Suffix, StringComparison.Ordinal) ? MirrorStatusFile.Suffix : StateSuffix;
        return name.EndsWith(suffix, StringComparison.Ordinal) && name[..^suffix.Length] is var id && MirrorStatusFile.IsId(id) ? id : null;
    }
}
