using System.Globalization;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Doctor;

/// <summary>What the lines of dato.ini are to say of a place.</summary>
internal sealed record DatoFacts(RemoteLocation Location, ServerSettings Given)
{
    /// <summary>Null where nobody logs in.</summary>
    internal string? User { get; init; }

    internal bool HasPassword { get; init; }

    /// <summary>To be accepted, where no authority vouches for it.</summary>
    internal string? Fingerprint { get; init; }

    internal TlsVersion Tls { get; init; }

    internal NameEncoding Encoding { get; init; }

    /// <summary>Null: the default will do.</summary>
    internal int? Connections { get; init; }
}

/// <summary>Writes the lines of dato.ini for a place. No password is among them. Pure.</summary>
internal static class DatoLines
{
    internal static IEnumerable<string> Of(DatoFacts facts)
    {
        var given = facts.Given;
        var isSecure = facts.Location.Scheme is RemoteScheme.Ftps or RemoteScheme.FtpsImplicit or RemoteScheme.Https;
        yield return "[server]";
        yield return $"url = {Value(UrlOf(facts.Location))}";
        if (facts.User is { } user)
            yield return $"user = {Value(user)}";
        if (facts.HasPassword)
        {
            yield return "; an environment variable; the password itself may stand here as well";
            yield return "password = %APPUPDATER_PASSWORD%";
        }

        if (isSecure && facts.Fingerprint is { } fingerprint)
            yield return $"fingerprint = {fingerprint}";
        else if (isSecure && given.CaFile is { } authority)
            yield return $"ca_file = {Value(authority)}";
        if (isSecure && facts.Tls == TlsVersion.Tls13)
            yield return "tls = 1.3";
        if (given.Proxy.Kind != ProxyKind.System)
            yield return (given.Proxy.User is null ? "" : "; with user:password@ before the host\n") + $"proxy = {given.Proxy}";
        if (facts.Encoding != NameEncoding.Auto)
            yield return $"encoding = {(facts.Encoding == NameEncoding.Utf8 ? "utf-8" : "windows-1252")}";
        if (given.TimeZone is { } zone)
            yield return $"time_zone = {(zone.Id.StartsWith("UTC", StringComparison.Ordinal) && zone.Id.Length == 9 ? zone.Id[3..] : zone.Id)}";
        if (facts.Connections is not { } connections)
            yield break;
        yield return "[update]";
        yield return string.Create(CultureInfo.InvariantCulture, $"connections = {connections}");
    }

    /// <summary>As a URL, in which only a percent sign, and a space at the end, can't stand for itself.</summary>
    private static string UrlOf(RemoteLocation location)
    {
        var path = location.Scheme == RemoteScheme.Folder ? location.Path : location.ToString().Replace("%", "%25", StringComparison.Ordinal);
        return path.EndsWith(' ') && location.Scheme != RemoteScheme.Folder ? path[..^1] + "%20" : path;
    }

    // %NAME% would be an environment variable.
    private static string Value(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
