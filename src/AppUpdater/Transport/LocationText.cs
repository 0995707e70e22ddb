using System.Globalization;
using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Transport;

/// <summary>The grammar of <c>[server] url</c>: <c>scheme://user:password@host:port/path</c> (RFC 3986), or a full local or UNC path.</summary>
internal static class LocationText
{
    private const int MaxLength = 2048;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly (string Name, RemoteScheme Scheme)[] Schemes =
    [
        ("ftp", RemoteScheme.Ftp),
        ("ftps", RemoteScheme.Ftps),
        ("ftps+implicit", RemoteScheme.FtpsImplicit),
        ("http", RemoteScheme.Http),
        ("https", RemoteScheme.Https),
        ("file", RemoteScheme.Folder),
    ];

    internal static string NameOf(RemoteScheme scheme) => Schemes.First(known => known.Scheme == scheme).Name;

    /// <param name="url">What was written.</param>
    /// <param name="name">What it is called in messages: file, section and key, or an argument.</param>
    /// <exception cref="SettingsException">It is no URL and no full path.</exception>
    internal static RemoteLocation Parse(string url, Wording name)
    {
        ArgumentNullException.ThrowIfNull(url);
        try
        {
            return Read(url);
        }
        catch (FaultException e)
        {
            // The text itself is not shown: it may hold a password.
            throw new SettingsException(
                $"{name} {e.Fault}. Allowed are {string.Join(", ", Schemes.Select(known => known.Name + "://"))} "
                + $"with a host, an optional :port and a path, or the full path of a folder.");
        }
    }

    private static RemoteLocation Read(string url)
    {
        if (url.Length == 0)
            throw Wrong("is empty");
        if (url.Length > MaxLength)
            throw Wrong($"is longer than {MaxLength} characters");
        if (url.Any(char.IsControl))
            throw Wrong("has a control character, such as a line break");

        var colon = url.IndexOf(':', StringComparison.Ordinal);
        // One letter before the colon is a Windows drive, not a scheme.
        if (colon <= 1 || !url[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
            return Folder(url);

        var name = url[..colon].ToLowerInvariant();
        var found = Array.FindIndex(Schemes, known => known.Name == name);
        if (found < 0)
            throw Wrong($"has the unknown scheme \"{name}\"");
        var rest = url[(colon + 1)..];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            throw Wrong($"has no // after \"{name}:\"");
        return Schemes[found].Scheme == RemoteScheme.Folder ? FileUrl(rest[2..]) : Server(Schemes[found].Scheme, rest[2..]);
    }

    private static RemoteLocation Server(RemoteScheme scheme, string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? text : text[..slash];
        var decoded = slash < 0 ? "" : Decode(text[slash..], "path");
        var (path, isFromRoot) = (ServerPath(decoded), decoded.StartsWith("//", StringComparison.Ordinal));

        // The last @: people write passwords with @ as they are.
        var at = authority.LastIndexOf('@');
        var (host, port) = HostAndPort(scheme, authority[(at + 1)..]);
        if (at < 0)
            return new RemoteLocation(scheme, host, port, path) { IsFromRoot = isFromRoot };

        var login = authority[..at];
        var separator = login.IndexOf(':', StringComparison.Ordinal);
        var user = Decode(separator < 0 ? login : login[..separator], "user");
        return new RemoteLocation(scheme, host, port, path)
        {
            IsFromRoot = isFromRoot,
            User = user.Length == 0 ? null : user,
            Password = separator < 0 ? null : new Secret(Decode(login[(separator + 1)..], "password")),
        };
    }

    private static (string Host, int Port) HostAndPort(RemoteScheme scheme, string text)
    {
        // An IPv6 address stands in brackets (RFC 3986 3.2.2).
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end < 0)
            end = text.Length;
        if (end == 0 && text.StartsWith('['))
            throw Wrong("has a [ without ] in its host");
        var host = text[..end].TrimStart('[').TrimEnd(']');
        if (host.Length == 0)
            throw Wrong("names no host");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw Wrong($"has {PathRules.Show(host)} for a host, which is no host name or address");

        var rest = text[end..];
        if (rest.Length == 0)
            return (host, RemoteLocation.DefaultPort(scheme));
        if (rest[0] != ':' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw Wrong($"has {PathRules.Show(rest.TrimStart(':'))} for a port; a port is a number from 1 to 65535");
        return (host, port);
    }

    private static string ServerPath(string decoded)
    {
        var segments = decoded.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Any(segment => segment is "." or ".."))
            throw Wrong("has a \".\" or \"..\" in its path");
        return string.Concat(segments.Select(segment => "/" + segment));
    }

    private static RemoteLocation FileUrl(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        var path = slash < 0 ? "" : Decode(text[slash..], "path");
        if (host.Length > 0 && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return OperatingSystem.IsWindows()
                ? Folder($@"\\{host}{path.Replace('/', '\\')}")
                : throw Wrong($"names the host {PathRules.Show(host)} after file://; write file:///path (three slashes)");
        }

        // file:///C:/dir
        return Folder(OperatingSystem.IsWindows() ? path.TrimStart('/') : path);
    }

    private static RemoteLocation Folder(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw Wrong($"is {PathRules.Show(path)}, which is neither a URL nor a full path");
        return new RemoteLocation(RemoteScheme.Folder, "", 0, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
    }

    private static string Decode(string text, Wording part)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                throw Wrong($"has a percent sign in its {part} that two hex digits do not follow; a percent sign itself is written %25");
            }
        }

        return Checked([.. bytes], part);
    }

    private static string Checked(byte[] bytes, Wording part)
    {
        string decoded;
        try
        {
            decoded = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"has percent signs in its {part} that are not UTF-8");
        }

        return decoded.Any(char.IsControl) ? throw Wrong($"has a control character in its {part}, such as a line break") : decoded;
    }

    private static FaultException Wrong(Wording fault) => new(fault);

    private sealed class FaultException(Wording fault) : FormatException(fault.ToString())
    {
        internal Wording Fault => fault;
    }
}
