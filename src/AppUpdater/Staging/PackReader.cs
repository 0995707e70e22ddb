using System.Buffers;
using System.Globalization;
using AppUpdater.Releases;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// What readers of packs work with. Take: gets each blob once its bytes are verified. Lacks: whether that has not happened. Start: begins to
/// tell the progress of a blob.
/// </summary>
internal sealed record PackReading(
    Action<ManifestBlob, ReadOnlyMemory<byte>> Take, Func<ManifestBlob, bool> Lacks, Func<ManifestBlob, ProgressMeter.FileProgress> Start, PartialBlobs Partial,
    StagingOptions Options, TimeProvider Clock, ILogger Log);

/// <summary>
/// Reads one range of a pack from one place: gone on with at its byte where the connection breaks, each blob verified as soon as it is there.
/// Holds one blob at a time, stored and decompressed.
/// </summary>
internal sealed class PackReader : IDisposable
{
    private const int Step = 256 * 1024;

    private readonly IRemoteSource _source;
    private readonly ManifestPack _pack;
    private readonly RunningRange _range;
    private readonly IReadOnlyList<WantedBlob> _blobs;
    private readonly PackReading _reading;
    private readonly bool _fromStart;
    private readonly byte[] _stored;
    private readonly byte[] _room;
    private readonly byte[] _gap = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private PartialBlobs.Saving? _saving;
    private int _at;
    private int _have;
    private bool _isDone;
    private long _received;

    /// <param name="source">The place.</param>
    /// <param name="range">What to read; only this reader tells it how far that is.</param>
    /// <param name="reading">Where it goes.</param>
    /// <param name="fromStart">Reads the pack from its first byte: for a server that takes an offset and does not mean it.</param>
    internal PackReader(IRemoteSource source, RunningRange range, PackReading reading, bool fromStart)
    {
        (_source, _pack, _range, _blobs, _reading, _fromStart) = (source, range.Given.Pack, range, range.Given.Blobs, reading, fromStart);
        _stored = ArrayPool<byte>.Shared.Rent(_blobs.Max(blob => blob.Blob.StoredSize));
        _room = ArrayPool<byte>.Shared.Rent(_blobs.Max(blob => blob.Blob.Size));
    }

    /// <summary>That of the place, for all its transfers together.</summary>
    internal required LeastPace Pace { private get; init; }

    /// <summary>Reads all that the server has. Blobs whose bytes were not theirs are still lacking afterwards.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        var limits = new BreakLimits(_reading.Options, _reading.Clock);
        Begin();
        try
        {
            while (!_isDone)
            {
                var before = _received;
                try
                {
                    await TransferAsync(ct).ConfigureAwait(false);
                }
                catch (UnreachableException) when (_isDone)
                {
                    // The last word of the transfer is missing, and every byte was verified.
                    return;
                }
                catch (UnreachableException failure) when (!Pace.IsOver)
                {
                    _range.Break();
                    if (failure.IsTheServersEnd || !failure.IsTransient)
                        await RequireSignedLengthAsync(ct).ConfigureAwait(false);
                    if (!limits.Allows(failure, _received > before))
                        throw;
                    _reading.Log.LogWarning("{Pack} broke off in {Blob} at its byte {Offset}: {Reason}", _pack.Path, _blobs[_at].Blob.Hash, _have, failure.Message);
                    await limits.PauseAsync(failure, ct).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (!_isDone)
                _saving!.Save(_stored.AsSpan(0, _have));
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_stored);
        ArrayPool<byte>.Shared.Return(_room);
        ArrayPool<byte>.Shared.Return(_gap);
    }

    /// <summary>From the first missing byte to the end of the range, or to where the stored bytes of a blob turn out not to lie here.</summary>
    private async Task TransferAsync(CancellationToken ct)
    {
        var position = _fromStart ? 0 : _blobs[_at].Blob.Offset + _have;
        var asked = _range.End;
        var stream = await OpenAsync(position, asked - position, ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (!_isDone && position <= _blobs[_at].Blob.Offset + _have)
            {
                var read = await ReadBlobAsync(stream, position, ct).ConfigureAwait(false);
                if (read is not { } end)
                {
                    // Only the server's word makes it an end: else the connection broke, and says so here.
                    await stream.CompleteAsync(ct).ConfigureAwait(false);
                    await RequireSignedLengthAsync(ct).ConfigureAwait(false);
                    _isDone = true;
                    return;
                }

                position = end;
            }

            // A server that sends more than it was asked for is not waited for; nor is what another reads by now.
            if (_isDone && position == asked && await stream.ReadAsync(_gap.AsMemory(0, 1), ct).ConfigureAwait(false) == 0)
                await stream.CompleteAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Where the blob ended; null where the stream did before.</summary>
    private async Task<long?> ReadBlobAsync(RemoteReadStream stream, long position, CancellationToken ct)
    {
        var blob = _blobs[_at].Blob;
        for (var start = blob.Offset + _have; position < start;)
        {
            var skipped = await stream.ReadAsync(_gap.AsMemory(0, (int)Math.Min(_gap.Length, start - position)), ct).ConfigureAwait(false);
            if (skipped == 0)
                return null;
            position += skipped;
            Received(skipped, position);
        }

        var progress = _reading.Start(blob);
        while (_have < blob.StoredSize)
        {
            var read = await stream.ReadAsync(_stored.AsMemory(_have, Math.Min(Step, blob.StoredSize - _have)), ct).ConfigureAwait(false);
            if (read == 0)
                return null;
            _have += read;
            progress.Fetched(read);
            _saving!.Offer(_stored.AsSpan(0, _have));
            Received(read, blob.Offset + _have);
        }

        progress.End();
        Finish(blob);
        return blob.Offset + blob.StoredSize;
    }

    private void Received(int bytes, long position)
    {
        _received += bytes;
        _range.Reach(position);
        Pace.Add(bytes, _source.Location);
    }

    private void Finish(ManifestBlob blob)
    {
        var content = BlobDecoder.Decode(blob, _stored.AsMemory(0, blob.StoredSize), _room);
        if (!content.IsEmpty)
            _reading.Take(blob, content);
        _reading.Partial.Drop(blob);
        _at++;
        Begin();
    }

    private void Begin()
    {
        _isDone = !_range.Begin(_at);
        if (_isDone)
            return;
        _have = _blobs[_at].Here > 0 ? _reading.Partial.Load(_blobs[_at].Blob, _stored) : 0;
        if (_have > 0)
            _reading.Start(_blobs[_at].Blob).Found(_have);
        _saving = _reading.Partial.Begin(_blobs[_at].Blob, _have);
    }

    /// <summary>A transfer that the server ended may have been cut on the way. The file's own length tells whether it is another than the signed one.</summary>
    /// <exception cref="UntrustedException">It is shorter.</exception>
    private async Task RequireSignedLengthAsync(CancellationToken ct)
    {
        if ((await _source.StatAsync(_pack.Path, ct).ConfigureAwait(false))?.Size is { } size && size < _pack.Size)
        {
            throw new UntrustedException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_pack.Path} at {_source.Location} is not the file that was signed: "
                + $"it has {size} bytes, and {_pack.Size} were signed. Nothing was changed; the publisher must publish again."));
        }
    }

    private async Task<RemoteReadStream> OpenAsync(long offset, long length, CancellationToken ct)
    {
        try
        {
            return await _source.OpenReadAsync(_pack.Path, offset, length, ct).ConfigureAwait(false);
        }
        catch (RemoteChangedException changed)
        {
            // Somebody laid the pack there anew; whether its bytes are the signed ones, their hashes say.
            await _source.StatAsync(_pack.Path, ct).ConfigureAwait(false);
            throw new UnreachableException(changed.Message, changed);
        }
    }
}
