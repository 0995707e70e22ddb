using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What is believed of .NET: the process keeps TLS sessions by name, and sources that trust different certificates share that memory.</summary>
[SuppressMessage("Security", "CA5398", Justification = "Each version remembers sessions in its own way.")]
public sealed class FtpTlsSessionTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13)]
    public async Task A_certificate_is_looked_at_again_where_its_session_is_resumed(SslProtocols versions)
    {
        using var certificate = LoopbackCertificate.Create();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null);
        var shown = new List<byte[]>();
        var received = new List<long>();
        Assert.True(await IsAcceptedAsync(accepts: true));
        Assert.True(await IsAcceptedAsync(accepts: true));
        Assert.True(received[1] < received[0] - certificate.RawData.Length / 2, "The session was not resumed.");
        Assert.False(await IsAcceptedAsync(accepts: false));
        Assert.Equal(3, shown.Count);
        Assert.All(shown, raw => Assert.Equal(certificate.RawData, raw));

        async Task<bool> IsAcceptedAsync(bool accepts)
        {
            var serving = ServeAsync();
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(listener.LocalEndpoint);
            await using var counted = new CountedStream(socket);
            await using var client = new SslStream(counted, leaveInnerStreamOpen: false, (_, sent, _, _) =>
            {
                shown.Add(sent!.GetRawCertData());
                return accepts;
            });
            try
            {
                var options = new SslClientAuthenticationOptions { TargetHost = "resumed.invalid", EnabledSslProtocols = versions };
                await client.AuthenticateAsClientAsync(options);
                await client.ReadExactlyAsync(new byte[2]);
                return true;
            }
            catch (AuthenticationException)
            {
                return false;
            }
            finally
            {
                received.Add(counted.Received);
                await client.DisposeAsync();
                await serving;
            }
        }

        async Task ServeAsync()
        {
            using var socket = await listener.AcceptTcpClientAsync();
            await using var server = new SslStream(socket.GetStream());
            try
            {
                await server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context, EnabledSslProtocols = versions });
                await server.WriteAsync(Encoding.ASCII.GetBytes("ok"));
                await server.ReadExactlyAsync(new byte[1]);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                return; // the client left
            }
        }
    }

    private sealed class CountedStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        internal long Received { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            Received += read;
            return read;
        }
    }
}
