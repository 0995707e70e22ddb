using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Network;

/// <summary>
/// Connects through a proxy, data connections too. The proxy gets the host as dato.ini has it: it resolves names, and a client behind it
/// often can't. Its answers are bounded in size and time, and nothing that it says is repeated in a message.
/// </summary>
internal abstract class ProxyConnector(ProxySettings proxy, TimeSpan timeout) : IConnector
{
    private readonly DirectConnector _direct = new(timeout);

    /// <summary>Without user and password, with the key to look at.</summary>
    public string Proxy { get; } = $"the proxy {proxy} of [server] proxy";

    protected ProxySettings Settings => proxy;

    public Task<NetworkStream> ConnectAsync(string host, int port, CancellationToken ct) =>
        ConnectAsync(host, port, string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"), ct);

    public Task<NetworkStream> ConnectBesideAsync(NetworkStream first, string host, int port, string shown, CancellationToken ct) =>
        ConnectAsync(host, port, shown, ct);

    /// <summary>Has the proxy connect; after this the stream's next byte is the server's first.</summary>
    /// <param name="stream">To the proxy, nothing sent yet.</param>
    /// <param name="host">An ASCII name or an address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="shown">Host and port, or which data port, for messages.</param>
    /// <param name="ct">Ends it, also with the time-out.</param>
    /// <exception cref="UnreachableException">The proxy says no; <see cref="Refused"/> and <see cref="Failed"/> make it.</exception>
    /// <exception cref="EndOfStreamException">The proxy closed the connection.</exception>
    protected abstract Task OpenAsync(NetworkStream stream, string host, int port, string shown, CancellationToken ct);

    /// <summary>The proxy itself is the obstacle.</summary>
    protected UnreachableException Refused(string shown, string why, bool isTransient = false) =>
        new($"{Capital(Proxy)} does not connect to {shown}: {why}", isTransient);

    /// <summary>The proxy did its part and found the server out of reach.</summary>
    protected UnreachableException Failed(string shown, string why) => new($"{shown} can't be reached through {Proxy}, which reports: {why}.");

    private async Task<NetworkStream> ConnectAsync(string host, int port, string shown, CancellationToken ct)
    {
        var name = Ascii(host);
        var stream = await _direct.ConnectAsync(EndPointOf(proxy), Capital(Proxy), ct).ConfigureAwait(false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        try
        {
            await OpenAsync(stream, name, port, shown, deadline.Token).ConfigureAwait(false);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw e switch
            {
                EndOfStreamException => new UnreachableException($"{Capital(Proxy)} closed the connection when asked for {shown}.", e),
                IOException => new UnreachableException($"{Capital(Proxy)} broke off when asked for {shown}: {Wording.Of(e)}", e),
                OperationCanceledException when !ct.IsCancellationRequested => new UnreachableException(
                    $"{Capital(Proxy)} did not connect to {shown} within {timeout.TotalSeconds:0.#} s. Either of the two may be at fault.", e),
                _ => e,
            };
        }
    }

    private static EndPoint EndPointOf(ProxySettings proxy) =>
        IPAddress.TryParse(proxy.Host, out var address) ? new IPEndPoint(address, proxy.Port) : new DnsEndPoint(proxy.Host, proxy.Port);

    // Both protocols carry names in ASCII.
    private static string Ascii(string host)
    {
        try
        {
            return host.All(char.IsAscii) ? host : new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException e)
        {
            throw new UnreachableException($"{host} is no host name that a proxy can be asked for: {Wording.Of(e)}", isTransient: false, e);
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
