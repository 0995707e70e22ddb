namespace AppUpdater.Settings;

internal enum ProxyKind { None, System, HttpConnect, Socks5 }

/// <summary>[server] proxy. <see cref="Host"/> and <see cref="Port"/> count where the kind names a proxy of its own.</summary>
internal sealed record ProxySettings(ProxyKind Kind, string Host = "", int Port = 0)
{
    internal static ProxySettings None { get; } = new(ProxyKind.None);

    /// <summary>The system's for HTTP; FTP goes straight.</summary>
    internal static ProxySettings System { get; } = new(ProxyKind.System);

    internal string? User { get; init; }

    internal Secret? Password { get; init; }

    /// <summary>Fit for logs and messages: without user and password.</summary>
    public override string ToString() => Kind switch
    {
        ProxyKind.None => "none",
        ProxyKind.System => "system",
        ProxyKind.HttpConnect => $"http://{Shown}",
        _ => $"socks5://{Shown}",
    };

    private string Shown => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Null where the text is none of <c>system</c>, <c>none</c>, <c>http://[user:password@]host:port</c> and <c>socks5://…</c>.</summary>
    internal static ProxySettings? Parse(string text)
    {
        switch (text.ToLowerInvariant())
        {
            case "system":
                return System;
            case "none":
                return None;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.AbsolutePath.Length > 1 || text.Any(char.IsControl))
            return null;
        ProxyKind? kind = uri.Scheme switch { "http" => ProxyKind.HttpConnect, "socks5" => ProxyKind.Socks5, _ => null };
        if (kind is null || (uri.Port <= 0 && kind != ProxyKind.Socks5))
            return null;
        var login = uri.UserInfo.Split(':', 2);
        return new ProxySettings(kind.Value, uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : 1080)
        {
            User = login[0].Length == 0 ? null : Uri.UnescapeDataString(login[0]),
            Password = login.Length < 2 ? null : new Secret(Uri.UnescapeDataString(login[1])),
        };
    }
}
