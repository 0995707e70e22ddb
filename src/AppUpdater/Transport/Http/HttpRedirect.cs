using System.Net;

namespace AppUpdater.Transport.Http;

/// <summary>Where a request goes next (RFC 9110 15.4). .NET's own following would go on to anywhere and tell nobody.</summary>
internal static class HttpRedirect
{
    internal const int Most = 5;

    internal static bool Is(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <exception cref="UntrustedException">It leads nowhere, or where no honest server would send its clients.</exception>
    internal static Uri Next(Uri from, HttpResponseMessage response)
    {
        var shown = HttpServer.Show(from);
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values) || values.Count != 1)
            throw new UntrustedException($"{shown} redirects without telling where.");
        var text = values.ToString();
        if (text.Any(char.IsControl) || !Uri.TryCreate(from, text, out var next))
            throw new UntrustedException($"{shown} redirects to what is no address.");
        if (next.Scheme is not ("http" or "https"))
            throw new UntrustedException($"{shown} redirects to {PathRules.Show(next.Scheme + ":")}, where only http: and https: are followed.");
        if (next.UserInfo.Length > 0)
            throw new UntrustedException($"{shown} redirects to an address with a user in it, which is never followed.");
        if (from.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
            throw new UntrustedException($"{shown} redirects from https to http ({HttpServer.Show(next)}), which gives the protection up. Correct it on the server.");
        return next;
    }
}
