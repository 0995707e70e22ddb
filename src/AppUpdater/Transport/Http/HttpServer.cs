using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Http;

/// <summary>What all requests of one source share: where, as whom, and how a refusal is told. Safe for concurrent use.</summary>
internal sealed class HttpServer
{
    private volatile Wording? _refusedLogin;

    /// <exception cref="SettingsException">User or password can't be sent.</exception>
    internal HttpServer(RemoteLocation location, TransportOptions options)
    {
        (Location, Options) = (location, options);
        var host = location.Host.Contains(':', StringComparison.Ordinal) ? $"[{location.Host}]" : location.Host;
        Origin = new Uri(string.Create(CultureInfo.InvariantCulture, $"{LocationText.NameOf(location.Scheme)}://{host}:{location.Port}/"));

        // dato.ini's user is never sent with the URL's password, which belongs to another.
        User = options.Server.User ?? location.User;
        var password = options.Server.Password ?? (options.Server.User is null ? location.Password : null);

        // FTP's name for nobody, and dato.ini's default: some HTTP servers refuse whoever comes with a name they do not know.
        if (User == "anonymous" && (password?.Reveal().Length ?? 0) == 0)
            User = null;
        if (User is null)
            return;
        Login = Basic(User, password?.Reveal() ?? "");
        if (location.Scheme == RemoteScheme.Http)
        {
            options.Log.LogWarning(
                "{Server} is sent user and password in the clear, for anyone on the way to read; use https:// in [server] url", Location);
        }
    }

    internal RemoteLocation Location { get; }

    internal TransportOptions Options { get; }

    /// <summary>Null: none is sent.</summary>
    internal string? User { get; }

    /// <summary>For <see cref="Origin"/> alone, and sent without being asked for: it saves the round trip of a 401.</summary>
    internal AuthenticationHeaderValue? Login { get; }

    /// <summary>Scheme, host and port of the location.</summary>
    internal Uri Origin { get; }

    /// <summary>The proxy as dato.ini has it, for messages.</summary>
    internal string Proxy => Options.Server.Proxy.ToString();

    internal bool IsOrigin(Uri url) =>
        Uri.Compare(url, Origin, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    internal Uri UrlOf(RelativePath path) => new(Origin, Escaped($"{Location.Path}/{path.Value}"));

    internal Uri UrlOfFolder(RelativePath? folder) => new(Origin, Escaped(folder is { } below ? $"{Location.Path}/{below.Value}" : Location.Path) + "/");

    /// <summary>Fit for logs and messages: without a query, which may hold the key to a redirect's target, and bounded.</summary>
    internal static string Show(Uri url)
    {
        var shown = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return shown.Length > 300 ? shown[..300] + "…" : shown;
    }

    /// <exception cref="UnreachableException">The server refused user and password before: trying again may lock the account.</exception>
    internal void RequireLoginNotRefused()
    {
        if (_refusedLogin is { } refusal)
            throw new UnreachableException(refusal, isTransient: false);
    }

    /// <summary>An answer that is not what was asked for, as an exception.</summary>
    internal UpdateException Refusal(HttpAnswer answer)
    {
        var code = (int)answer.Status;
        Wording said = $"{Show(answer.Url)} answered {code}";
        return code switch
        {
            404 or 410 => new MissingException($"{said}: it is not there."),
            401 => RefusedLogin(said, answer.Url),
            403 => new UnreachableException(
                $"{said}: {(User is null ? "it may not be read without user and password" : (Wording)$"user \"{User}\" may not read it")}. "
                + $"Check its permissions on the server, and [server] user and password in dato.ini.",
                isTransient: false),
            407 => new UnreachableException(
                $"The proxy ({Proxy}) wants a user and password for {Show(answer.Url)}. Check those in [server] proxy in dato.ini.", isTransient: false),
            408 or 429 or >= 500 => new UnreachableException($"{said}: it can't serve this now.") { RetryAfter = RetryAfter(answer) },
            >= 400 => new UnreachableException($"{said}: it refuses this request. Check [server] url in dato.ini.", isTransient: false),
            _ => new UntrustedException($"{said}, which answers nothing that was asked."),
        };
    }

    internal static UnreachableException Unreachable(Uri url, Wording what, Exception? inner = null) => new($"{Show(url)} {what}", inner);

    private UnreachableException RefusedLogin(Wording said, Uri url)
    {
        if (!IsOrigin(url))
        {
            return new UnreachableException(
                $"{said}: it wants a user and password, which are for {Location} alone and are not sent where that redirects to. "
                + $"Write the place itself into [server] url in dato.ini.",
                isTransient: false);
        }

        if (User is null)
            return new UnreachableException($"{said}: it wants a user and password. Set [server] user and password in dato.ini.", isTransient: false);
        _refusedLogin = $"{said}: it refused the login of user \"{User}\". {Options.LoginAdvice}";
        return new UnreachableException(_refusedLogin, isTransient: false);
    }

    private TimeSpan? RetryAfter(HttpAnswer answer) => answer.Response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - Options.Clock.GetUtcNow(),
        _ => null,
    };

    // RFC 3986 2.1: each segment as UTF-8, whatever is not plain in percent signs.
    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    // RFC 7617 2: the user ends at the first colon.
    private static AuthenticationHeaderValue Basic(string user, string password)
    {
        if (user.Any(char.IsControl) || password.Any(char.IsControl))
            throw new SettingsException("dato.ini: [server] user or password has a control character, such as a line break.");
        if (user.Contains(':', StringComparison.Ordinal))
            throw new SettingsException("dato.ini: [server] user has a colon, which HTTP's Basic authentication can't send.");
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }
}
