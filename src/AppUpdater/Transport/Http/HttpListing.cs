using System.Net;
using System.Text;

namespace AppUpdater.Transport.Http;

/// <summary>
/// One folder's entries. HTTP has no listing; the index that a server makes of a folder is the nearest thing. nginx's JSON has sizes and
/// times; of an HTML page only the links count, and size and time are asked for, file by file.
/// </summary>
internal sealed class HttpListing(HttpServer server, HttpRequests requests, HttpMemory memory)
{
    private static readonly Wording Advice =
        "Turn the folder index on (nginx: autoindex on; Apache: Options +Indexes), or publish a signed release, which needs no listing.";

    /// <summary>What the index says; sizes and times only where it has them.</summary>
    /// <exception cref="MissingException">There is no such folder, or no index of it.</exception>
    internal async Task<IReadOnlyList<RemoteEntry>> ListAsync(RelativePath? folder, CancellationToken ct)
    {
        using var answer = await requests.SendAsync(new HttpAsk(HttpMethod.Get, server.UrlOfFolder(folder)), ct).ConfigureAwait(false);
        if (answer.Status != HttpStatusCode.OK)
            throw Refusal(answer);
        var body = await ReadAsync(answer, ct).ConfigureAwait(false);

        // What the links start from: a redirect may have led to a page within the folder.
        var place = new Uri(answer.Url, ".");
        var found = IsJson(answer) ? FromJson(place, body) : FromHtml(place, folder, body);
        if (found.Count > ListingLimits.MaxEntries)
            throw new UntrustedException($"{HttpServer.Show(place)} lists more than {ListingLimits.MaxEntries:N0} entries.");
        var entries = new Dictionary<RelativePath, RemoteEntry>(found.Count);
        foreach (var entry in found)
        {
            if (PathOf(place, folder, entry.Name) is not { } path)
                continue;
            if (entry is { Kind: RemoteEntryKind.File, Size: not null, Modified: not null })
                memory.Saw(path, new HttpFileVersion(entry.Size, null, entry.Modified, answer.Response.Headers.Date));
            var time = entry.Modified is { } modified ? new RemoteTime(modified, TimeSpan.FromSeconds(1)) : (RemoteTime?)null;

            // Pages link twice to the same thing, by its icon and by its name.
            entries.TryAdd(path, new RemoteEntry(path, entry.Kind, entry.Size, time));
        }

        return [.. entries.Values];
    }

    private UpdateException Refusal(HttpAnswer answer) => (int)answer.Status switch
    {
        404 or 410 => new MissingException(
            $"{HttpServer.Show(answer.Url)} answered {(int)answer.Status}: there is no such folder, or the server shows no index of it. {Advice}"),
        403 => new UnreachableException(
            $"{HttpServer.Show(answer.Url)} answered 403: the server shows no index of this folder, or not to {server.User ?? (Wording)"everyone"}. {Advice}",
            isTransient: false),
        _ => server.Refusal(answer),
    };

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpAnswer answer, CancellationToken ct)
    {
        if (answer.Length > ListingLimits.MaxBytes)
            throw TooLong(answer);
        var whole = new HttpBody { Expected = answer.Length, Announced = answer.Length };
        var stream = await HttpReadStream.OpenAsync(server.Options, answer, whole, ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[64 * 1024];
            var count = 0;
            while (await stream.ReadAsync(buffer.AsMemory(count), ct).ConfigureAwait(false) is > 0 and var read)
            {
                count += read;
                if (count == ListingLimits.MaxBytes)
                    throw TooLong(answer);
                if (count == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(ListingLimits.MaxBytes, buffer.Length * 2));
            }

            await stream.CompleteAsync(ct).ConfigureAwait(false);
            return buffer.AsMemory(0, count);
        }
    }

    private static bool IsJson(HttpAnswer answer) =>
        string.Equals(answer.Response.Content.Headers.ContentType?.MediaType, "application/json", StringComparison.OrdinalIgnoreCase);

    private static List<HttpIndexEntry> FromJson(Uri place, ReadOnlyMemory<byte> body) => JsonIndex.Parse(body)
        ?? throw new UntrustedException($"{HttpServer.Show(place)} sent JSON that is no folder index as nginx makes it (autoindex_format json), or has names that are not UTF-8.");

    private List<HttpIndexEntry> FromHtml(Uri place, RelativePath? folder, ReadOnlyMemory<byte> body)
    {
        var html = Encoding.UTF8.GetString(body.Span);
        var path = folder is { } below ? $"{server.Location.Path}/{below.Value}/" : server.Location.Path + "/";
        var links = HtmlIndex.Links(html);
        if (!HtmlIndex.IsIndex(html, links, path))
        {
            throw new UnreachableException(
                $"{HttpServer.Show(place)} sent a page titled {PathRules.Show(HtmlIndex.Title(html))} in place of a folder index. An index.html there "
                + $"hides what lies beside it: remove it, or have the server ignore it. {Advice}",
                isTransient: false);
        }

        if (!HtmlIndex.IsWhole(html))
            throw HttpServer.Unreachable(place, "sent a folder index that stops before its end, </html>: files may be missing from it.");
        return [.. links.Select(link => IndexLink.Child(place, link)).OfType<HttpIndexEntry>()];
    }

    /// <summary>A listed name made a path. Rules: <see cref="RelativePath"/>; and a name is one segment. Null: it is a gap.</summary>
    private RelativePath? PathOf(Uri place, RelativePath? folder, string name)
    {
        var problem = RelativePath.ProblemOf(folder is { } parent ? $"{parent}/{name}" : name, out var path);
        if (name.Contains('/', StringComparison.Ordinal))
            problem = "A name has a slash.";
        if (problem is null)
            return path;
        var refusal = new UntrustedException($"{HttpServer.Show(place)} lists {PathRules.Show(name)}: {problem} Rename it on the server.");
        if (server.Options.Gaps is not { } gaps)
            throw refusal;
        gaps.AddName(folder, name, refusal);
        return null;
    }

    private static UntrustedException TooLong(HttpAnswer answer) =>
        new($"{HttpServer.Show(answer.Url)} sent a folder index of more than {ListingLimits.MaxBytes >> 20} MiB.");
}
