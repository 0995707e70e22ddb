using AppUpdater.Core.Disk;

namespace AppUpdater.Mirroring;

/// <summary>
/// A file on its way to the server. At its end it is looked at again: one that was written to meanwhile is refused, so that no mixture of
/// two versions gets the name.
/// </summary>
internal sealed class SteadyFile : FileStream
{
    private readonly Action _check;

    private SteadyFile(string path, long offset, Action check)
        : base(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        })
    {
        _check = check;
        Position = offset;
    }

    /// <exception cref="InstallException">It can't be read, or is not the planned file any more.</exception>
    internal static Stream Open(MirrorSetup setup, RelativePath path, PlannedFile file, long offset)
    {
        var full = path.Under(setup.Place.Root);
        void Check() => Require(setup, path, full, file);
        try
        {
            Check();
            return new SteadyFile(full, offset, Check);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"{full} can't be read: {Wording.Of(e)}", e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            _check();
        return read;
    }

    private static void Require(MirrorSetup setup, RelativePath path, string full, PlannedFile file)
    {
        var facts = setup.Files.Stat(full);
        var (length, modified) = (facts?.Length, facts?.Modified);
        if (facts is { Kind: FileKind.Link } && setup.Options.FollowLinks)
        {
            var target = new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            (length, modified) = (target?.Length, target is null ? null : new DateTimeOffset(target.LastWriteTimeUtc));
        }
        else if (facts is not { Kind: FileKind.File })
        {
            throw new InstallException($"{path} is no longer there.");
        }

        if (length != file.Size || modified != file.Modified?.Utc)
            throw new InstallException($"{path} was written to while it was sent. It is sent once it is still.");
    }
}
