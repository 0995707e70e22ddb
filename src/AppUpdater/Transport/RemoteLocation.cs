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
}
