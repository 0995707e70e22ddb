using System.Net;
using System.Net.Http.Headers;

namespace AppUpdater.Transport.Http;

/// <summary>Opens files, whole or in part, so that no two versions of one are ever joined.</summary>
internal sealed class HttpReads(HttpServer server, HttpRequests requests, HttpMemory memory)
{
    private const long LargeFrom = 8 * 1024 * 1024;

    private readonly HttpSmallFiles _small = new();

    /// <summary>From the first byte to the last: whatever lies there now.</summary>
    internal async Task<RemoteReadStream> OpenWholeAsync(RelativePath path, CancellationToken ct)
    {
        var kept = _small.Find(path);
        var ask = new HttpAsk(HttpMethod.Get, server.UrlOf(path)) { Unless = kept?.Version, IsLarge = memory.Find(path)?.Size >= LargeFrom };
        var answer = await requests.SendAsync(ask, ct).ConfigureAwait(false);
        try
        {
            if (answer.Status == HttpStatusCode.NotModified && kept is not null)
            {
                RequireNothingElse(answer, kept.Version);
                memory.Read(path, kept.Version);
                answer.Dispose();
                return new HttpKeptStream(kept.Body);
            }

            RequireFile(answer, path, HttpStatusCode.OK);
            var version = HttpFileVersion.Of(answer, answer.Length);
            memory.Read(path, version);
            return await HttpReadStream.OpenAsync(server.Options, answer, new HttpBody
            {
                Expected = answer.Length,
                Announced = answer.Length,
                Keep = _small.Takes(path, version) ? body => _small.Keep(path, new HttpKeptFile(version, body)) : null,
            }, ct).ConfigureAwait(false);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>A part. Only of the version that was listed or read before, where there was one.</summary>
    internal async Task<RemoteReadStream> OpenPartAsync(RelativePath path, long offset, long? length, CancellationToken ct)
    {
        var known = memory.Find(path);
        var ask = new HttpAsk(HttpMethod.Get, server.UrlOf(path))
        {
            Range = new RangeHeaderValue(offset, length is { } count ? offset + Math.Max(count, 1) - 1 : null),
            IfRange = known?.IfRange,
            IsLarge = known?.Size - offset >= LargeFrom && !(length < LargeFrom),
        };
        var answer = await requests.SendAsync(ask, ct).ConfigureAwait(false);
        try
        {
            if (answer.Status == HttpStatusCode.RequestedRangeNotSatisfiable)
                return NothingThere(path, offset, answer, known);
            RequireFile(answer, path, HttpStatusCode.OK, HttpStatusCode.PartialContent);
            HttpRange? range = answer.Status == HttpStatusCode.PartialContent ? HttpRange.Of(answer, offset, length is { } wanted ? Math.Max(wanted, 1) : null) : null;
            var size = range is null ? answer.Length : range.Value.Total;
            var now = HttpFileVersion.Of(answer, size);
            RequireSame(path, known, now);
            memory.Read(path, known is null ? now : known with { Size = known.Size ?? size, Tag = known.Tag ?? now.Tag });
            if (size < offset)
                throw TooShort(answer, offset, size.Value);
            return await HttpReadStream.OpenAsync(server.Options, answer, new HttpBody
            {
                // A server without ranges sends all: reading up to the offset is dear, and still right for whoever goes on at that byte.
                Skip = range is null ? offset : 0,
                Expected = Expected(offset, length, range, size),
                Length = length,
                Announced = size,
            }, ct).ConfigureAwait(false);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    // A server may send less than it was asked for; that is then a transfer that broke off, to be gone on with.
    private static long? Expected(long offset, long? length, HttpRange? range, long? size) => (length, size) switch
    {
        ({ } wanted, { } whole) => Math.Min(wanted, whole - offset),
        (null, { } whole) => whole - offset,
        ({ } wanted, null) => range is null ? null : Math.Min(wanted, range.Value.Count),
        _ => range?.Count,
    };

    /// <summary>That If-Range was sent proves nothing: there are servers that do not know it.</summary>
    private void RequireSame(RelativePath path, HttpFileVersion? known, HttpFileVersion now)
    {
        if (known is null)
            return;
        var difference = known.DifferenceTo(now);
        if (difference is null && !known.IsProvedBy(now))
            difference = "without a strong ETag or an older Last-Modified it can't be told to be the same";
        if (difference is not null)
            throw Changed(path, difference);
    }

    private RemoteChangedException Changed(RelativePath path, Wording difference)
    {
        memory.LetGo(path);
        return new RemoteChangedException($"{HttpServer.Show(server.UrlOf(path))} is not the file that was looked at before: {difference}.");
    }

    /// <summary>At its very end a file has nothing more, which 416 says, too.</summary>
    private HttpKeptStream NothingThere(RelativePath path, long offset, HttpAnswer answer, HttpFileVersion? known)
    {
        var size = HttpRange.SizeOf(answer);
        if (size is not null && known?.DifferenceTo(known with { Size = size }) is { } difference)
            throw Changed(path, difference);
        if (size != offset && known?.Size > offset)
        {
            memory.LetGo(path);
            throw new RemoteChangedException($"{HttpServer.Show(server.UrlOf(path))} had {known.Size} bytes and now has none at {offset}: it was replaced or cut.");
        }

        if (size != offset)
            throw TooShort(answer, offset, size);
        answer.Dispose();
        return new HttpKeptStream([]);
    }

    private void RequireFile(HttpAnswer answer, RelativePath path, params ReadOnlySpan<HttpStatusCode> statuses)
    {
        if (!statuses.Contains(answer.Status))
            throw server.Refusal(answer);
        if (answer.Url.AbsolutePath.EndsWith('/'))
            throw new MissingException($"\"{path}\" at {server.Location} is a folder, not a file.");
    }

    private static void RequireNothingElse(HttpAnswer answer, HttpFileVersion kept)
    {
        if (answer.Response.Headers.ETag is { } tag && kept.Tag is { } own && tag.Tag != own.Tag)
            throw new UntrustedException($"{HttpServer.Show(answer.Url)} answered 304 for another ETag than it was asked about.");
    }

    private static UnreachableException TooShort(HttpAnswer answer, long offset, long? size) => new(
        size is null
            ? (Wording)$"{HttpServer.Show(answer.Url)} has fewer bytes now and can't be read from byte {offset}."
            : $"{HttpServer.Show(answer.Url)} has {size} bytes now and can't be read from byte {offset}.",
        isTransient: false);
}
