using System.Net;
using System.Net.Sockets;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Http;
using static AppUpdater.Tests.Transport.Http.HttpTesting;

namespace AppUpdater.Tests.Transport.Http;

/// <summary>What is told where the way to the server fails.</summary>
public sealed class HttpProxyTests
{
    private const int Limit = 60_000;

    /// <summary>The system's proxy comes from https_proxy, login included, and .NET shows the address as it stands there.</summary>
    [Theory]
    [InlineData(HttpRequestError.ProxyTunnelError, HttpStatusCode.Forbidden)]
    [InlineData(HttpRequestError.ProxyTunnelError, null)]
    [InlineData(HttpRequestError.Unknown, null)]
    public void The_login_of_the_systems_proxy_is_shown_nowhere(HttpRequestError error, HttpStatusCode? status)
    {
        using var connections = new HttpConnections(new HttpServer(
            RemoteLocation.Parse("https://files.invalid/app"),
            TransportTestOptions.Create(null, 1, 0, new ServerSettings { Url = "", Proxy = ProxySettings.System }, 1)));
        var failure = connections.Failure(new Uri("https://files.invalid/app/"), new HttpRequestException(
            error, "The proxy tunnel request to proxy 'http://pia:pr0xy-s3cret@proxy.invalid:3128/' failed.", null, status));
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("files.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("http", "http")]
    [InlineData("http", "https")]
    [InlineData("socks5", "https")]
    public async Task A_proxy_that_can_not_be_reached_is_named_as_the_proxy(string kind, string scheme)
    {
        using var nobody = new Socket(SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var proxy = ProxySettings.Parse($"{kind}://127.0.0.1:{((IPEndPoint)nobody.LocalEndPoint!).Port}")!;
        await using var source = Open($"{scheme}://files.invalid/app", new ServerSettings { Url = "", Proxy = proxy });
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadTextAsync());
        Assert.Contains($"proxy ({proxy})", failure.Message, StringComparison.Ordinal);
        Assert.Contains("[server] proxy", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_port_without_TLS_is_asked_once_and_told_in_words()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var source = Open($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var asking = Assert.ThrowsAsync<UnreachableException>(() => source.ReadTextAsync());
        await AnswerPlainlyAsync(listener);
        var failure = await asking;
        Assert.False(failure.IsTransient);
        Assert.Contains("[server] url", failure.Message, StringComparison.Ordinal);
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096]));
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
    }
}
