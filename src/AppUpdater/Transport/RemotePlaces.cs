using System.Collections.Immutable;
using AppUpdater.Settings;

namespace AppUpdater.Transport;

/// <summary>A place where the release may lie, with what may be told to its server.</summary>
internal sealed record RemotePlace(RemoteLocation Location, TransportOptions Options);

/// <summary>The places of dato.ini in their order: <c>url</c>, then <c>fallbacks</c>.</summary>
internal static class RemotePlaces
{
    /// <summary>
    /// With a place behind it, a server that takes no connections is given up sooner. A lost SYN is sent again after one second (RFC 6298).
    /// </summary>
    private static readonly TimeSpan ConnectBeforeFallback = TimeSpan.FromSeconds(3);

    /// <exception cref="SettingsException">A URL is wrong; the message names its key.</exception>
    internal static ImmutableArray<RemotePlace> Of(TransportOptions options)
    {
        var server = options.Server;
        var first = new RemotePlace(RemoteLocation.Parse(server.Url), options);
        ImmutableArray<RemotePlace> all = [first, .. server.Fallbacks.Select(url => Another(url, "fallbacks", first))];
        return [.. all.SkipLast(1).Select(Hasty), all[^1]];
    }

    /// <summary>
    /// The place that a signed pointer says the releases have moved to, to be asked before those of dato.ini. Null where it is no place, or
    /// would lead from a server to a folder of this machine or of its network.
    /// </summary>
    internal static RemotePlace? Moved(string url, TransportOptions options)
    {
        var first = new RemotePlace(RemoteLocation.Parse(options.Server.Url), options);
        try
        {
            var place = Another(url, "moved", first);
            return place.Location.Scheme == RemoteScheme.Folder && first.Location.Scheme != RemoteScheme.Folder ? null : Hasty(place);
        }
        catch (SettingsException)
        {
            return null;
        }
    }

    /// <summary>
    /// What dato.ini says of one server is said of no other: user, password and the certificate to be shown, and what only describes it,
    /// encoding and zone. Sending a password elsewhere would give it to whoever runs that.
    /// </summary>
    private static RemotePlace Another(string url, string key, RemotePlace first)
    {
        var location = LocationText.Parse(url, $"dato.ini: [server] {key}");
        var server = first.Options.Server;
        if (!IsSameServer(location, first.Location))
        {
            var stranger = server with
            {
                User = null, Password = null, CaFile = null, Fingerprint = null, Encoding = NameEncoding.Auto, TimeZone = null,
            };
            return new RemotePlace(location, first.Options with { Server = stranger });
        }

        // A login of its own stands in the URL: not to be mixed with the other's.
        return location.User is null
            ? new RemotePlace(location with { User = first.Location.User, Password = first.Location.Password }, first.Options)
            : new RemotePlace(location, first.Options with { Server = server with { User = null, Password = null } });
    }

    private static bool IsSameServer(RemoteLocation one, RemoteLocation other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase);

    private static RemotePlace Hasty(RemotePlace place) => place.Options.ConnectTimeout <= ConnectBeforeFallback
        ? place
        : place with { Options = place.Options with { ConnectTimeout = ConnectBeforeFallback } };
}
