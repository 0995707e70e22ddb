using System.Collections.Frozen;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Releases;

namespace AppUpdater.Staging;

/// <summary>The files of a signed release while they are put together: which blob goes where, and what is still missing. Thread-safe.</summary>
internal sealed class StagedBlobs
{
    private readonly IDurableFiles _files;
    private readonly FrozenDictionary<ManifestBlob, Place[]> _places;

    internal StagedBlobs(UpdatePlan plan, StagingFolder folder, IDurableFiles files)
    {
        _files = files;
        var manifest = plan.Release.Manifest!;
        var same = new SameBlobs(manifest);
        Files =
        [
            .. plan.Steps.Fetch.Select(file => new BlobFile(
                file, folder.PartOf(plan, file.File), folder.DoneOf(plan, file.File), [.. file.File.Content!.Blobs.Select(index => manifest.Blobs[same.First(index)])])),
        ];
        _places = Files.SelectMany(file => file.Blobs.Select((blob, at) => (Blob: blob, Place: new Place(file, at))))
            .GroupBy(entry => entry.Blob, entry => entry.Place).ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    internal IReadOnlyList<BlobFile> Files { get; }

    /// <summary>Every blob that some file lacks, once.</summary>
    internal IEnumerable<ManifestBlob> Missing => _places.Keys.Where(Lacks);

    /// <summary>Whether some file lacks a blob.</summary>
    internal bool Lacks(ManifestBlob blob) => Array.Exists(_places[blob], place => !place.File.Has(place.At));

    /// <summary>A file that waits for a blob; for telling progress.</summary>
    internal string NameFor(ManifestBlob blob) => _places[blob][0].File.Planned.Target.Value;

    /// <summary>Writes a blob to all places that lack it; returns the files that are whole by it.</summary>
    /// <param name="blob">One of this plan's.</param>
    /// <param name="content">Its bytes, verified.</param>
    internal IReadOnlyList<BlobFile> Deliver(ManifestBlob blob, ReadOnlySpan<byte> content)
    {
        var whole = new List<BlobFile>();
        foreach (var (file, at) in _places[blob])
        {
            if (file.Has(at))
                continue;
            Write(file.Part, content, (long)at * ManifestBlob.MaxSize);
            if (file.Take(at))
                whole.Add(file);
        }

        return whole;
    }

    private void Write(string part, ReadOnlySpan<byte> content, long offset)
    {
        var facts = _files.Stat(part);
        RequirePlain(part, facts);
        try
        {
            // Several connections may have blobs for one file; that one was there before them.
            using var handle = File.OpenHandle(part, facts is null ? FileMode.CreateNew : FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(handle, content, offset);
        }
        catch (IOException failure)
        {
            throw DiskSpace.Explain(failure, part);
        }
    }

    internal static void RequirePlain(string part, FileFacts? facts)
    {
        if (facts is { Kind: not FileKind.File })
            throw new InstallException($"\"{part}\" is no plain file: somebody else put it there. Remove it and try again.");
    }

    private readonly record struct Place(BlobFile File, int At);
}

/// <summary>One file to put together of blobs.</summary>
/// <param name="planned">The plan's.</param>
/// <param name="part">Where it grows.</param>
/// <param name="done">Its name once it is whole and on the disk.</param>
/// <param name="blobs">In their order.</param>
internal sealed class BlobFile(FileToFetch planned, string part, string done, ManifestBlob[] blobs)
{
    private readonly Lock _gate = new();
    private readonly bool[] _has = new bool[blobs.Length];
    private int _missing = blobs.Length;

    internal FileToFetch Planned => planned;

    internal ManifestFile Content => planned.File.Content!;

    internal string Part => part;

    internal string Done => done;

    internal IReadOnlyList<ManifestBlob> Blobs => blobs;

    internal bool IsWhole
    {
        get
        {
            lock (_gate)
                return _missing == 0;
        }
    }

    internal bool Has(int at)
    {
        lock (_gate)
            return _has[at];
    }

    /// <summary>A blob is in its place; true where it was the last.</summary>
    internal bool Take(int at)
    {
        lock (_gate)
        {
            if (_has[at])
                return false;
            _has[at] = true;
            return --_missing == 0;
        }
    }

    internal void TakeAll()
    {
        for (var at = 0; at < blobs.Length; at++)
            Take(at);
    }

    /// <summary>What was in place may have been written over.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            Array.Clear(_has);
            _missing = blobs.Length;
        }
    }

    /// <summary>
    /// The hash of the whole file. A single blob is the file, and was verified on its way; of several the manifest might tell another sum
    /// than their bytes make.
    /// </summary>
    /// <exception cref="UntrustedException">The blobs are not the file.</exception>
    internal ContentHash Verify(IDurableFiles files)
    {
        if (blobs.Length == 1)
            return Content.Hash;
        ContentHash hash;
        using (var stream = files.OpenRead(part))
            hash = ContentHash.Of(stream);
        if (hash == Content.Hash)
            return hash;
        files.DeleteFile(part);
        throw new UntrustedException(
            $"The blobs of {Content.Path} make a file with SHA-256 {hash}, and the manifest says {Content.Hash}. Nothing was changed; the publisher must publish again.");
    }
}
