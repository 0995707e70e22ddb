namespace AppUpdater.Transport.Http;

/// <summary>A link of a page, decoded from HTML.</summary>
/// <param name="Href">Where it leads.</param>
/// <param name="Text">What it shows; "" where that is more than plain text.</param>
internal readonly record struct HtmlLink(string Href, string Text)
{
    /// <summary>
    /// The name as it is, where the link leads to it unescaped: Kestrel writes <c>&lt;a href="./50%#1?"&gt;50%#1?&lt;/a&gt;</c>
    /// (dotnet/aspnetcore HtmlDirectoryFormatter). A server that escapes has the same twice only of names that need no escape.
    /// </summary>
    internal string? Raw => Text.Length > 0 && Href.Length == Text.Length + 2 && Href.StartsWith("./", StringComparison.Ordinal)
        && Href.EndsWith(Text, StringComparison.Ordinal) ? Text : null;
}
