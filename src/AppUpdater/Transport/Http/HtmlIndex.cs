using System.Net;

namespace AppUpdater.Transport.Http;

/// <summary>
/// The links of a folder index in HTML, as nginx, Apache, lighttpd, Kestrel, Caddy and Python write them. Any text is taken; time and memory
/// grow with its length.
/// </summary>
internal static class HtmlIndex
{
    private const int MaxTitle = 4096;

    /// <summary>In characters: a name of 255 bytes, each written as &amp;#NNN;.</summary>
    private const int MaxText = 2048;

    /// <summary>
    /// Whether the page says of itself that it is the index of a folder. Where there is an index.html, servers send that in the index's
    /// place: its links are no list of what is there, and files would seem to be gone.
    /// </summary>
    /// <param name="html">The page.</param>
    /// <param name="links">Its <see cref="Links"/>.</param>
    /// <param name="folder">The folder's path on the server, decoded, with a slash at both ends.</param>
    internal static bool IsIndex(string html, List<HtmlLink> links, string folder)
    {
        var title = Title(html);
        return title.StartsWith("Index of", StringComparison.OrdinalIgnoreCase)
            || title.StartsWith("Directory listing", StringComparison.OrdinalIgnoreCase)
            || title.EndsWith(" - " + folder, StringComparison.Ordinal)

            // Caddy titles it by the folder's name alone, as a page of the publisher's might be; its list can be sorted.
            || (folder.EndsWith($"/{title}/", StringComparison.Ordinal) && links.Exists(link => link.Href.StartsWith("./?sort=", StringComparison.Ordinal)));
    }

    /// <summary>Whether the page goes on to its end: a program that makes one and breaks off half way may still end its answer properly.</summary>
    internal static bool IsWhole(string html) => html.Contains("</html>", StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands in the page's title, bounded; "" where there is none.</summary>
    internal static string Title(string html)
    {
        var start = html.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        var begin = start < 0 ? -1 : html.IndexOf('>', start);
        if (begin < 0)
            return "";
        var text = html.AsSpan(begin + 1, Math.Min(MaxTitle, html.Length - begin - 1));
        var end = text.IndexOf("</", StringComparison.Ordinal);
        return end < 0 ? "" : WebUtility.HtmlDecode(text[..end].ToString()).Trim();
    }

    /// <summary>The links, decoded from HTML, in order; not many more than <see cref="ListingLimits.MaxEntries"/>.</summary>
    internal static List<HtmlLink> Links(string html)
    {
        var links = new List<HtmlLink>();
        for (var at = 0; (at = html.IndexOf("<a", at, StringComparison.OrdinalIgnoreCase)) >= 0 && links.Count <= ListingLimits.MaxEntries;)
        {
            at += 2;
            if (at < html.Length && char.IsWhiteSpace(html[at]) && Href(html, ref at) is { } href)
                links.Add(new HtmlLink(WebUtility.HtmlDecode(href).Trim(), WebUtility.HtmlDecode(Text(html, at))));
        }

        return links;
    }

    /// <summary>Reads a tag's attributes up to its end, which <paramref name="at"/> is moved to: nothing is read twice.</summary>
    private static string? Href(string html, ref int at)
    {
        string? href = null;
        while (true)
        {
            at = Skip(html, at, static c => char.IsWhiteSpace(c) || c == '/');
            if (at >= html.Length || html[at] == '>')
                return href;
            var start = at;
            at = Skip(html, at, static c => !char.IsWhiteSpace(c) && c is not ('=' or '>'));
            var name = html.AsSpan(start, at - start);
            at = Skip(html, at, char.IsWhiteSpace);
            if (at >= html.Length || html[at] != '=')
                continue;
            at = Skip(html, at + 1, char.IsWhiteSpace);
            var value = Value(html, ref at);
            if (href is null && name.Equals("href", StringComparison.OrdinalIgnoreCase))
                href = value;
        }
    }

    /// <summary>What a link shows, bounded; up to the next tag.</summary>
    private static string Text(string html, int at)
    {
        var text = html.AsSpan(Math.Min(at + 1, html.Length));
        text = text[..Math.Min(MaxText, text.Length)];
        var end = text.IndexOf('<');
        return end < 0 ? "" : text[..end].ToString();
    }

    private static string Value(string html, ref int at)
    {
        var start = at;
        if (at < html.Length && html[at] is '"' or '\'')
        {
            var end = html.IndexOf(html[at], at + 1);
            if (end < 0)
                end = html.Length;
            at = Math.Min(end + 1, html.Length);
            return html[(start + 1)..end];
        }

        at = Skip(html, at, static c => !char.IsWhiteSpace(c) && c != '>');
        return html[start..at];
    }

    private static int Skip(string html, int at, Func<char, bool> isSkipped)
    {
        while (at < html.Length && isSkipped(html[at]))
            at++;
        return at;
    }
}
