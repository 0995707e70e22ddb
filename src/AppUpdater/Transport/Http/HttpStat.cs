using System.Net;
using System.Net.Http.Headers;

namespace AppUpdater.Transport.Http;

/// <summary>A file's size and time, by HEAD.</summary>
internal sealed class HttpStat(HttpServer server, HttpRequests requests, HttpMemory memory)
{
    /// <summary>Null where it is not there.</summary>
    internal async Task<RemoteEntry?> RunAsync(RelativePath path, CancellationToken ct)
    {
        var url = server.UrlOf(path);
        using var head = await requests.SendAsync(new HttpAsk(HttpMethod.Head, url), ct).ConfigureAwait(false);
        if (head.Status is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
            return Read(head, path);

        // Its place among the requests is given back first: at one connection the next would wait for ever.
        head.Dispose();
        var part = new HttpAsk(HttpMethod.Get, url) { Range = new RangeHeaderValue(0, 0) };
        using var first = await requests.SendAsync(part, ct).ConfigureAwait(false);
        return Read(first, path);
    }

    private RemoteEntry? Read(HttpAnswer answer, RelativePath path)
    {
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            return null;
        var size = answer.Status switch
        {
            HttpStatusCode.OK => answer.Length,
            HttpStatusCode.PartialContent => HttpRange.Of(answer, 0, 1).Total,

            // An empty file has no first byte.
            HttpStatusCode.RequestedRangeNotSatisfiable when HttpRange.SizeOf(answer) is 0 => 0L,
            _ => throw server.Refusal(answer),
        };

        // Where there is a folder, servers redirect to its name with a slash.
        if (answer.Url.AbsolutePath.EndsWith('/'))
            return new RemoteEntry(path, RemoteEntryKind.Directory, null, null);
        var version = HttpFileVersion.Of(answer, size);
        memory.Saw(path, version);
        return new RemoteEntry(
            path, RemoteEntryKind.File, size, version.Modified is { } modified ? new RemoteTime(modified, TimeSpan.FromSeconds(1)) : null);
    }
}
