using System.Buffers;
using System.Globalization;

namespace AppUpdater.Transport.Http;

/// <summary>How an answer's body becomes what the caller asked for.</summary>
internal sealed record HttpBody
{
    /// <summary>Bytes before those that are wanted: all of the file came where a part was asked for.</summary>
    internal long Skip { get; init; }

    /// <summary>Bytes that must come after those; null where nobody knows.</summary>
    internal long? Expected { get; init; }

    /// <summary>Bytes after which the caller has what it asked for; null: all.</summary>
    internal long? Length { get; init; }

    internal long? Announced { get; init; }

    /// <summary>Given a body that was small and came whole.</summary>
    internal Action<byte[]>? Keep { get; init; }
}

/// <summary>
/// The body of an answer. Its end counts where the count that was announced is reached, or the last chunk or frame says so; .NET sees to
/// the latter.
/// </summary>
internal sealed class HttpReadStream : RemoteReadStream
{
    private readonly TransportOptions _options;
    private readonly HttpAnswer _answer;
    private readonly Stream _stream;
    private readonly HttpBody _body;
    private readonly IdleClock _idle;
    private readonly bool _endProvesNothing;
    private MemoryStream? _copy;
    private long _skipped;
    private long _count;
    private bool _ended;

    private HttpReadStream(TransportOptions options, HttpAnswer answer, Stream stream, HttpBody body)
    {
        (_options, _answer, _stream, _body) = (options, answer, stream, body);
        _idle = new IdleClock(options.DataIdleTimeout, options.Clock);
        _endProvesNothing = answer.EndsWithConnection;
        _copy = body.Keep is null ? null : new MemoryStream();
    }

    internal override long? AnnouncedLength => _body.Announced;

    private bool IsFull => _count == _body.Length;

    /// <summary>Owns the answer from here on.</summary>
    internal static async Task<HttpReadStream> OpenAsync(TransportOptions options, HttpAnswer answer, HttpBody body, CancellationToken ct) =>
        new(options, answer, await answer.Response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false), body);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_skipped < _body.Skip)
            await SkipAsync(cancellationToken).ConfigureAwait(false);
        if (_body.Length is { } length && length - _count < buffer.Length)
            buffer = buffer[..(int)(length - _count)];
        var read = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        _count += read;
        if (_count > _body.Expected)
            throw new UntrustedException($"{Shown} sent more than the {Bytes(_body.Expected.Value)} that it announced.");
        Copy(buffer.Span[..read]);
        return read;
    }

    internal override async Task CompleteAsync(CancellationToken ct)
    {
        if (!_ended && !IsFull && await ReadAsync(new byte[1], ct).ConfigureAwait(false) > 0)
            throw Broken($"has more than the {Bytes(_count - 1)} that were read.", null);
        if (_body.Expected is { } expected && _count != expected)
            throw Broken($"sent {Bytes(_count)} of {Bytes(expected)}.", null);
        if (_body.Expected is null && !IsFull && _endProvesNothing)
        {
            throw new UnreachableException(
                $"{Shown} ended after {Bytes(_count)}, and whether that was all can't be told: the server sends no length. Use a server that does.",
                isTransient: false);
        }

        if (_copy is not null)
            _body.Keep?.Invoke(_copy.ToArray());
        _answer.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
            _answer.Dispose();
            _idle.Dispose();
            _copy?.Dispose();
        }

        base.Dispose(disposing);
    }

    private string Shown => HttpServer.Show(_answer.Url);

    /// <summary>They travel all the same, and so count against the rate.</summary>
    private async Task SkipAsync(CancellationToken ct)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (_skipped < _body.Skip)
            {
                var read = await ReceiveAsync(scratch.AsMemory(0, (int)Math.Min(scratch.Length, _body.Skip - _skipped)), ct).ConfigureAwait(false);
                if (read == 0)
                    throw Broken($"ended after {Bytes(_skipped)}, before those that were asked for.", null);
                _skipped += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        var portion = _options.Rate.Portion(buffer);
        int read;
        try
        {
            using var wait = _idle.Begin(cancellationToken);
            read = await _stream.ReadAsync(portion, wait.Token).ConfigureAwait(false);
            wait.Add(read);
        }
        catch (HttpIOException e) when (e.HttpRequestError == HttpRequestError.InvalidResponse)
        {
            throw new UntrustedException($"{Shown} sent what is no HTTP after {Bytes(_count)}: {Wording.Of(e)}", e);
        }
        catch (IOException e)
        {
            throw Broken($"broke off after {Bytes(_count)}: {Wording.Of(e)}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken($"sent {_idle.Passed} for {_options.DataIdleTimeout.TotalSeconds:0.#} s, after {Bytes(_count)}.", e);
        }

        _ended = read == 0;
        await _options.Rate.SpendAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    private void Copy(ReadOnlySpan<byte> read)
    {
        _copy?.Write(read);
        if (_copy?.Length > HttpSmallFiles.MaxLength)
        {
            _copy.Dispose();
            _copy = null;
        }
    }

    private UnreachableException Broken(Wording what, Exception? inner) => HttpServer.Unreachable(_answer.Url, what, inner);

    private static string Bytes(long count) => count.ToString("N0", CultureInfo.InvariantCulture) + " bytes";
}
