using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;

namespace AppUpdater.Transport.Http;

/// <summary>The connections of one source: straight or through a proxy, with certificates checked by <see cref="ServerTrust"/>.</summary>
internal sealed partial class HttpConnections : IDisposable
{
    // In KiB; .NET's default, written down.
    private const int MaxHeaders = 64;

    private readonly HttpServer _server;
    private readonly ServerTrust _trust;
    private readonly ConcurrentDictionary<string, Wording> _problems = new(StringComparer.OrdinalIgnoreCase);
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;

    internal HttpConnections(HttpServer server)
    {
        _server = server;
        _trust = new ServerTrust(server.Options.Server);
        _handler = CreateHandler();
        _invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>Reads as far as the end of the headers.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _invoker.SendAsync(request, ct);

    /// <summary>What failed before there was a response, as an exception that says what to do.</summary>
    internal UpdateException Failure(Uri url, HttpRequestException failure)
    {
        if (failure.InnerException is UnreachableException connecting)
            return new UnreachableException(connecting.Wording, connecting.IsTransient, failure);
        var shown = HttpServer.Show(url);
        var cause = LoginInUrl().IsMatch(failure.ToString()) ? null : failure;
        return failure.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError when _problems.TryGetValue(url.IdnHost, out var problem) =>
                new UntrustedException($"{shown} is not to be trusted: {problem}", cause),
            HttpRequestError.SecureConnectionError when failure.InnerException is AuthenticationException => new UnreachableException(
                $"{shown} makes no TLS connection: {Reason(failure)} Check [server] url in dato.ini: is that the port of https?", isTransient: false, cause),
            HttpRequestError.SecureConnectionError => HttpServer.Unreachable(url, $"broke the TLS handshake off: {Reason(failure)}", cause),
            HttpRequestError.ConfigurationLimitExceeded =>
                new UntrustedException($"{shown} answered with headers of more than {MaxHeaders} KiB.", cause),
            HttpRequestError.InvalidResponse => new UntrustedException($"{shown} answered with what is no HTTP.", cause),
            HttpRequestError.ProxyTunnelError => new UnreachableException(
                $"The proxy ({_server.Proxy}) did not let through to {shown}: {(failure.StatusCode is { } status ? (Wording)$"it answered {(int)status}." : Reason(failure))} Check [server] proxy in dato.ini.",
                isTransient: failure.StatusCode >= HttpStatusCode.InternalServerError,
                cause),
            HttpRequestError.NameResolutionError => new UnreachableException(
                $"{shown} can't be reached: {Reason(failure)} Check address and network.", isTransient: false, cause),
            _ => HttpServer.Unreachable(url, $"broke off before it answered: {Reason(failure)}", cause),
        };
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _handler.Dispose();
        _trust.Dispose();
    }

    // The system's proxy stands in https_proxy with user and password, and .NET shows it in messages as it stands there.
    private static string Reason(HttpRequestException failure) => LoginInUrl().Replace(failure.InnerException?.Message ?? failure.Message, "//");

    [GeneratedRegex(@"//[^/\s]*@")]
    private static partial Regex LoginInUrl();

    /// <summary>To the server, or to the proxy on the way there.</summary>
    private async ValueTask<Stream> ConnectAsync(DirectConnector connector, SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        try
        {
            return await connector.ConnectAsync(host, port, ct).ConfigureAwait(false);
        }
        catch (UnreachableException e) when (IsProxy(context.InitialRequestMessage, host, port))
        {
            throw new UnreachableException($"The proxy ({_server.Proxy}) can't be used: {Wording.Of(e)} Check [server] proxy in dato.ini.", e.IsTransient, e);
        }
    }

    // .NET's CONNECT has the proxy's own address.
    private static bool IsProxy(HttpRequestMessage request, string host, int port) =>
        request.Method == HttpMethod.Connect || (request.RequestUri is { } asked && (host, port) != (asked.IdnHost, asked.Port));

    private SocketsHttpHandler CreateHandler()
    {
        var options = _server.Options;
        var connector = new DirectConnector(options.ConnectTimeout);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = options.Connections,
            EnableMultipleHttp2Connections = true,

            // .NET begins with 64 KiB and feels its way up, which takes most of a file.
            InitialHttp2StreamWindowSize = 1024 * 1024,
            MaxResponseHeadersLength = MaxHeaders,

            // A body that was given up is read to its end where that is cheaper than a new connection.
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),

            // With the TLS handshake; the connector has its own, shorter one.
            ConnectTimeout = options.ConnectTimeout + options.ReplyTimeout,
            ConnectCallback = (context, ct) => ConnectAsync(connector, context, ct),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            var host = ((SslStream)sender).TargetHostName;
            if (_trust.Problem(host, certificate, chain, errors) is { } problem)
            {
                _problems[host] = problem;
                return false;
            }

            // A handshake that fails later has failed of something else.
            _problems.TryRemove(host, out _);
            return true;
        };
        UseProxy(handler, options.Server.Proxy);
        return handler;
    }

    private static void UseProxy(SocketsHttpHandler handler, ProxySettings proxy)
    {
        handler.UseProxy = proxy.Kind != ProxyKind.None;
        if (proxy.Kind is not (ProxyKind.HttpConnect or ProxyKind.Socks5))
            return;
        var scheme = proxy.Kind == ProxyKind.Socks5 ? "socks5" : "http";
        handler.Proxy = new WebProxy(new UriBuilder(scheme, proxy.Host, proxy.Port).Uri)
        {
            Credentials = proxy.User is null ? null : new NetworkCredential(proxy.User, proxy.Password?.Reveal() ?? ""),
        };
    }
}
