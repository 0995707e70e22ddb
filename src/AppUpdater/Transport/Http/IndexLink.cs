using System.Globalization;
using System.Text;

namespace AppUpdater.Transport.Http;

/// <summary>
/// A link of a folder index, to something directly in that folder. <see cref="System.Uri"/> would not do: it takes %2e%2e for a step up and
/// hides what a hostile server wrote.
/// </summary>
internal static class IndexLink
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null for what leads elsewhere: to the folder above, to another order of the same list, to another place.</summary>
    /// <param name="folder">Where the page came from, ending with a slash.</param>
    /// <param name="link">The link.</param>
    /// <exception cref="UntrustedException">It can't be decoded, or goes up in the middle.</exception>
    internal static HttpIndexEntry? Child(Uri folder, HtmlLink link)
    {
        if (link.Raw is { } raw && raw.TrimEnd('/') is { Length: > 0 } name && name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal))
            return new HttpIndexEntry(name, raw[^1] == '/' ? RemoteEntryKind.Directory : RemoteEntryKind.File);
        return Child(folder, link.Href);
    }

    private static HttpIndexEntry? Child(Uri folder, string href)
    {
        var fragment = href.IndexOf('#', StringComparison.Ordinal);
        var text = fragment < 0 ? href : href[..fragment];
        var query = text.IndexOf('?', StringComparison.Ordinal);
        if (Below(folder, query < 0 ? text : text[..query]) is not { } path)
            return null;
        if (path.StartsWith("./", StringComparison.Ordinal))
            path = path[2..];

        // With a query such as Apache's "?C=N;O=D" they sort the same list.
        if (path is "" or "." or ".." or "../")
            return null;
        if (query >= 0 || (fragment >= 0 && !path.Contains('/', StringComparison.Ordinal)))
        {
            // Some servers write names into links as they are. Left out, the file would seem to be gone.
            throw new UntrustedException(
                $"{HttpServer.Show(folder)} links to {PathRules.Show(href)}: a name with a question mark or a hash that is not percent-encoded, or no folder index. "
                + $"Rename it on the server.");
        }

        var isFolder = path[^1] == '/';
        var segments = path.TrimEnd('/').Split('/').Select(segment => Decode(folder, segment)).ToList();
        if (segments.Count == 1)
            return new HttpIndexEntry(segments[0], isFolder ? RemoteEntryKind.Directory : RemoteEntryKind.File);

        // What lies deeper is told by the index of the folder on the way, which is there then.
        return segments.Contains("..", StringComparer.Ordinal)
            ? throw new UntrustedException($"{HttpServer.Show(folder)} lists {PathRules.Show(href)}, which leads out of the folder. Rename it on the server.")
            : new HttpIndexEntry(segments[0], RemoteEntryKind.Directory);
    }

    /// <summary>What is left behind the folder's own address, still encoded; null where the link leads elsewhere.</summary>
    private static string? Below(Uri folder, string text)
    {
        if (text.StartsWith("//", StringComparison.Ordinal))
            text = $"{folder.Scheme}:{text}";
        var colon = text.IndexOf(':', StringComparison.Ordinal);

        // One letter before the colon is a Windows drive, and for the path rules to refuse.
        if (colon > 1 && text[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') && char.IsAsciiLetter(text[0]))
        {
            var origin = folder.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + "/";
            if (!text.StartsWith(origin, StringComparison.OrdinalIgnoreCase))
                return null;
            text = text[(origin.Length - 1)..];
        }

        if (text.Length == 0 || text[0] != '/')
            return text;
        var (own, linked) = (folder.AbsolutePath.Split('/'), text.Split('/'));
        for (var i = 0; i < own.Length - 1; i++)
        {
            if (i >= linked.Length - 1 || Uri.UnescapeDataString(own[i]) != Uri.UnescapeDataString(linked[i]))
                return null;
        }

        return string.Join('/', linked[(own.Length - 1)..]);
    }

    private static string Decode(Uri folder, string segment)
    {
        if (!segment.Contains('%', StringComparison.Ordinal))
            return segment;
        var bytes = new List<byte>(segment.Length);
        for (var i = 0; i < segment.Length;)
        {
            if (segment[i] != '%')
            {
                var end = segment.IndexOf('%', i) is var next && next < 0 ? segment.Length : next;
                bytes.AddRange(Encoding.UTF8.GetBytes(segment[i..end]));
                i = end;
            }
            else if (i + 2 < segment.Length && byte.TryParse(segment.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 3;
            }
            else
            {
                throw new UntrustedException($"{HttpServer.Show(folder)} lists {PathRules.Show(segment)}, which is not percent-encoded as a URL is.");
            }
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException e)
        {
            throw new UntrustedException($"{HttpServer.Show(folder)} lists {PathRules.Show(segment)}, which is not UTF-8. Rename it on the server.", e);
        }
    }
}
