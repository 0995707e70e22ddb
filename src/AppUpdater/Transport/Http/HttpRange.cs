namespace AppUpdater.Transport.Http;

/// <summary>Content-Range (RFC 9110 14.4): the bytes from Start to End, End included, of Total; null where the server does not know it.</summary>
internal readonly record struct HttpRange(long Start, long End, long? Total)
{
    internal long Count => End - Start + 1;

    /// <summary>The range of a 206, which must begin where it was asked to. It may end sooner (RFC 9110 15.3.7), but not later.</summary>
    /// <exception cref="UntrustedException">It is another range, or none: its bytes would land in the wrong place.</exception>
    internal static HttpRange Of(HttpAnswer answer, long offset, long? length)
    {
        var shown = HttpServer.Show(answer.Url);
        if (answer.Response.Content.Headers.ContentRange is not { Unit: "bytes", From: { } start, To: { } end } found)
            throw new UntrustedException($"{shown} sent a part of the file without telling which (no Content-Range that can be read).");
        if (start != offset || (length is { } asked && end - start >= asked))
            throw new UntrustedException($"{shown} sent the bytes {start} to {end}, asked for those from {offset}{(length is null ? "" : (Wording)$" to {offset + length - 1}")}.");
        var range = new HttpRange(start, end, found.Length);
        if (answer.Length is { } announced && announced != range.Count)
            throw new UntrustedException($"{shown} sent {announced} bytes and calls them the bytes {start} to {end}.");
        return range;
    }

    /// <summary>The size that a 416 tells; null where it does not.</summary>
    internal static long? SizeOf(HttpAnswer refusal) =>
        refusal.Response.Content.Headers.ContentRange is { Unit: "bytes", HasRange: false, Length: { } size } ? size : null;
}
