using System.Globalization;
using System.Net;

namespace AppUpdater.Transport.Http;

/// <summary>The head of a response whose body is still to be read, and the place among the source's requests that it takes up.</summary>
/// <param name="response">Owned.</param>
/// <param name="url">Where it came from in the end.</param>
/// <param name="end">Called once, when the place is free again.</param>
internal sealed class HttpAnswer(HttpResponseMessage response, Uri url, Action end) : IDisposable
{
    private Action? _end = end;

    internal HttpResponseMessage Response => response;

    internal Uri Url => url;

    internal HttpStatusCode Status => response.StatusCode;

    /// <summary>Of the body as announced; null where it is not.</summary>
    /// <exception cref="UntrustedException">There are several, or it is no number: where the body ends is then anyone's guess (RFC 9112 6.3).</exception>
    internal long? Length
    {
        get
        {
            if (!response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var values))
                return null;
            return values.Count == 1 && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? length
                : throw new UntrustedException($"{HttpServer.Show(url)} sent a Content-Length that is no number.");
        }
    }

    /// <summary>HTTP/1.0's way: the body ends where the connection does, so that a cut looks like its end.</summary>
    internal bool EndsWithConnection => response.Version.Major < 2 && Length is null && response.Headers.TransferEncodingChunked != true;

    public void Dispose()
    {
        response.Dispose();
        Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
