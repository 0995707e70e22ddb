using System.IO.Abstractions;
using AppUpdater.Transport.Folder;
using AppUpdater.Transport.Ftp;
using AppUpdater.Transport.Http;

namespace AppUpdater.Transport;

/// <summary>Picks the source for a location by its scheme.</summary>
internal static class RemoteSources
{
    /// <summary>For writing. Nothing is connected yet.</summary>
    /// <exception cref="SettingsException">Nothing can be written by this scheme.</exception>
    internal static IRemoteTarget OpenTarget(RemoteLocation location, TransportOptions options) => location.Scheme switch
    {
        RemoteScheme.Ftp or RemoteScheme.Ftps or RemoteScheme.FtpsImplicit => new FtpTarget(location, options),
        RemoteScheme.Folder => new FolderTarget(location, new FileSystem(), options),
        _ => throw new SettingsException($"{LocationText.NameOf(location.Scheme)}:// can't be written to; use ftp://, ftps:// or a folder."),
    };

    /// <summary>Nothing is connected yet: the first request does that.</summary>
    /// <exception cref="SettingsException">A setting does not do: ca_file can't be read, or user or password hold a line break.</exception>
    internal static IRemoteSource Open(RemoteLocation location, TransportOptions options) => location.Scheme switch
    {
        RemoteScheme.Ftp or RemoteScheme.Ftps or RemoteScheme.FtpsImplicit => new FtpSource(location, options),
        RemoteScheme.Http or RemoteScheme.Https => new HttpSource(location, options),
        RemoteScheme.Folder => new FolderSource(location, new FileSystem(), options),
        _ => throw new ArgumentOutOfRangeException(nameof(location), location.Scheme, "There is no such scheme."),
    };
}
