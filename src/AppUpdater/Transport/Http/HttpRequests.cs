using System.Diagnostics.CodeAnalysis;

namespace AppUpdater.Transport.Http;

/// <summary>Sends requests, as many at once as the source may have connections, and follows redirects. Safe for concurrent use.</summary>
internal sealed class HttpRequests(HttpServer server) : IDisposable
{
    private readonly HttpConnections _connections = new(server);

    // .NET would queue them too, and let the time-out of those that wait run. Not disposed: answers that outlive the source still give
    // their place back, and it holds nothing of the system's.
    [SuppressMessage("Usage", "CA2213", Justification = "See above.")]
    private readonly SemaphoreSlim _places = new(server.Options.Connections);

    /// <summary>Asks, and goes where the server says. Any status but a redirect's is an answer. No try is made again.</summary>
    /// <exception cref="UnreachableException">No answer.</exception>
    /// <exception cref="UntrustedException">No honest one.</exception>
    internal async Task<HttpAnswer> SendAsync(HttpAsk ask, CancellationToken ct)
    {
        server.RequireLoginNotRefused();
        await _places.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var (response, url) = await FollowAsync(ask, ct).ConfigureAwait(false);
            var answer = new HttpAnswer(response, url, () => _places.Release());
            try
            {
                RequireAsIs(answer);
                return answer;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Dispose() => _connections.Dispose();

    private async Task<(HttpResponseMessage Response, Uri Url)> FollowAsync(HttpAsk ask, CancellationToken ct)
    {
        var url = ask.Url;
        var seen = new HashSet<string>(StringComparer.Ordinal) { url.AbsoluteUri };
        for (var redirects = 1; ; redirects++)
        {
            var response = await SendOnceAsync(ask, url, ct).ConfigureAwait(false);
            if (!HttpRedirect.Is(response.StatusCode))
                return (response, url);
            using (response)
                url = HttpRedirect.Next(url, response);
            if (!seen.Add(url.AbsoluteUri))
                throw new UntrustedException($"{HttpServer.Show(ask.Url)} redirects in a circle, at {HttpServer.Show(url)}. Correct it on the server.");
            if (redirects == HttpRedirect.Most)
                throw new UntrustedException($"{HttpServer.Show(ask.Url)} redirects more than {HttpRedirect.Most} times. Correct it on the server.");
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpAsk ask, Uri url, CancellationToken ct)
    {
        var timeout = server.Options.ReplyTimeout;
        using var request = ask.ToMessage(url, server.IsOrigin(url) ? server.Login : null);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(server.Options.ConnectTimeout + timeout);
        try
        {
            return await _connections.SendAsync(request, deadline.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw _connections.Failure(url, e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw HttpServer.Unreachable(url, $"did not answer within {timeout.TotalSeconds:0.#} s.", e);
        }
    }

    /// <summary>Bytes in an encoding nobody asked for are not the file's, and neither are their count and its ranges.</summary>
    private static void RequireAsIs(HttpAnswer answer)
    {
        var encodings = answer.Response.Content.Headers.ContentEncoding;
        if (encodings.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new UntrustedException(
                $"{HttpServer.Show(answer.Url)} came encoded as {PathRules.Show(string.Join(", ", encodings))}, which nobody asked for. "
                + $"Turn compression off for this folder on the server.");
        }
    }
}
