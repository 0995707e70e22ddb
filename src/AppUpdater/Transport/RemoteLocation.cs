using System.Globalization;

namespace AppUpdater.Transport;

internal enum RemoteScheme { Ftp, Ftps, FtpsImplicit, Http, Https, Folder }

/// <summary>
/// Where a release lies: a URL taken apart and validated. <see cref="Path"/> is the server path without a trailing slash
/// ("" at the root), decoded; for <see cref="RemoteScheme.Folder"/> a full local or UNC path.
/// User and password of the URL are kept apart and never shown.
/// </summary>
internal sealed record RemoteLocation(RemoteScheme Scheme, string Host, int Port, string Path)
{
    internal string? User { get; init; }

    internal Settings.Secret? Password { get; init; }

    /// <summary>FTP: the path counts from the server's root, not from the account's own folder; written with // or /%2F (RFC 1738 3.2.2).</summary>
    internal bool IsFromRoot { get; init; }

    /// <summary>Takes a URL or a full path apart.</summary>
    /// <exception cref="SettingsException">The text is neither; the message names the key, the fault and what is allowed.</exception>
    /// <param name="url">The text.</param>
    /// <param name="name">What it is called in messages; null: dato.ini's.</param>
    internal static RemoteLocation Parse(string url, Wording? name = null) => LocationText.Parse(url, name ?? "dato.ini: [server] url");

    internal static int DefaultPort(RemoteScheme scheme) => scheme switch
    {
        RemoteScheme.Ftp or RemoteScheme.Ftps => 21,
        RemoteScheme.FtpsImplicit => 990,
        RemoteScheme.Http => 80,
        RemoteScheme.Https => 443,
        _ => 0,
    };

    /// <summary>Fit for logs and messages: without user and password.</summary>
    public override string ToString()
    {
        if (Scheme == RemoteScheme.Folder)
            return Path;
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var port = Port == DefaultPort(Scheme) ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}");
        return $"{LocationText.NameOf(Scheme)}://{host}{port}{(IsFromRoot ? "/" : "")}{Path}";
    }
}
