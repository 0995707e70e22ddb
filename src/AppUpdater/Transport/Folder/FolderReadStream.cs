namespace AppUpdater.Transport.Folder;

/// <summary>A file on its way from a folder or share. Writers are let in: a share is no place to lock.</summary>
internal sealed class FolderReadStream : RemoteReadStream
{
    private readonly FileStream _file;
    private readonly TimeSpan _idle;
    private readonly ByteRate _rate;
    private readonly long _offset;
    private readonly long? _length;
    private long _count;

    private FolderReadStream(FileStream file, long offset, long? length, TransportOptions options)
    {
        _file = file;
        _offset = offset;
        _length = length;
        _idle = options.DataIdleTimeout;
        _rate = options.Rate;
        AnnouncedLength = file.Length;
    }

    internal override long? AnnouncedLength { get; }

    /// <exception cref="IOException">It can't be opened, or is shorter than the offset.</exception>
    internal static FolderReadStream Open(RelativePath path, RemoteLocation location, long offset, long? length, TransportOptions options)
    {
        var full = FolderPaths.Below(location, path);
        FolderPaths.ThrowIfLink(new FileInfo(full));
        var file = new FileStream(full, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        });
        if (offset > file.Length)
        {
            var found = file.Length;
            file.Dispose();
            throw new UnreachableException($"{full} has {found} bytes now and can't be read from byte {offset}.", isTransient: false);
        }

        file.Position = offset;
        return new FolderReadStream(file, offset, length, options);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadFileAsync(_rate.Portion(buffer), cancellationToken).ConfigureAwait(false);
        await _rate.SpendAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    private async Task<int> ReadFileAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_length is { } length && length - _count < buffer.Length)
            buffer = buffer[..(int)(length - _count)];
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(_idle);
        try
        {
            var read = await _file.ReadAsync(buffer, idle.Token).ConfigureAwait(false);
            _count += read;
            return read;
        }
        catch (IOException e)
        {
            throw new UnreachableException($"{_file.Name} broke off after {_count} bytes: {Wording.Of(e)}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnreachableException($"{_file.Name} sent nothing more for {_idle.TotalSeconds:0.#} s.", e);
        }
    }

    internal override Task CompleteAsync(CancellationToken ct)
    {
        var isWhole = _length is { } wanted ? _count == wanted : _offset + _count == AnnouncedLength;
        return isWhole
            ? Task.CompletedTask
            : Task.FromException(new UnreachableException(
                _length is null
                    ? (Wording)$"{_file.Name} had {AnnouncedLength} bytes when it was opened; {_count} came from byte {_offset} on: it is being written to."
                    : $"{_file.Name} had {AnnouncedLength} bytes when it was opened; {_count} came from byte {_offset} on, {_length} were asked for.")
            {
                IsTheServersEnd = _length is not null,
            });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }
}
