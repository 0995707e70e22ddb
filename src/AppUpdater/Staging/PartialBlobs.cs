using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Releases;

namespace AppUpdater.Staging;

/// <summary>
/// The stored bytes of large blobs on their way, kept so that a process that ends goes on at the byte: as often as the second, which on
/// a fast line costs nothing. What the disk lost is found out by the blob's hash.
/// </summary>
internal sealed class PartialBlobs(StagingFolder folder, UpdatePlan plan, IDurableFiles files, TimeProvider clock)
{
    private const int KeptFrom = 256 * 1024;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>How many of a blob's stored bytes lie here.</summary>
    internal int Here(ManifestBlob blob) =>
        IsKept(blob) && files.Stat(folder.PartOf(plan, blob)) is { Kind: FileKind.File, Length: var length } && length < blob.StoredSize ? (int)length : 0;

    /// <summary>Reads them; returns how many.</summary>
    internal int Load(ManifestBlob blob, Memory<byte> into)
    {
        if (Here(blob) is not (> 0 and var here))
            return 0;
        using var stream = files.OpenRead(folder.PartOf(plan, blob));
        return stream.ReadAtLeast(into.Span[..here], here, throwOnEndOfStream: false);
    }

    /// <summary>The blob is whole, or what came of it is worth nothing.</summary>
    internal void Drop(ManifestBlob blob)
    {
        if (IsKept(blob) && folder.PartOf(plan, blob) is var path && files.Stat(path) is not null)
            files.DeleteFile(path);
    }

    /// <summary>One blob's bytes, saved as they come.</summary>
    internal Saving Begin(ManifestBlob blob, int here) => new(this, blob, here);

    private static bool IsKept(ManifestBlob blob) => blob.StoredSize >= KeptFrom;

    internal sealed class Saving(PartialBlobs all, ManifestBlob blob, int here)
    {
        private int _saved = here;
        private long _last = all.Clock.GetTimestamp();

        internal void Offer(ReadOnlySpan<byte> stored)
        {
            if (all.Clock.GetElapsedTime(_last) >= Pace)
                Save(stored);
        }

        /// <param name="stored">All that came of the blob.</param>
        internal void Save(ReadOnlySpan<byte> stored)
        {
            _last = all.Clock.GetTimestamp();
            if (!IsKept(blob) || stored.Length <= _saved || stored.Length == blob.StoredSize)
                return;
            var path = all.Folder.PartOf(all.Plan, blob);
            try
            {
                using var handle = File.OpenHandle(path, all.Files.Stat(path) is null ? FileMode.CreateNew : FileMode.Open, FileAccess.Write, FileShare.None);
                RandomAccess.Write(handle, stored[_saved..], _saved);
                _saved = stored.Length;
            }
            catch (IOException failure)
            {
                throw DiskSpace.Explain(failure, path);
            }
        }
    }

    private TimeProvider Clock => clock;

    private StagingFolder Folder => folder;

    private UpdatePlan Plan => plan;

    private IDurableFiles Files => files;
}
