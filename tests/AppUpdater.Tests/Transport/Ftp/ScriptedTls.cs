using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>How a data connection ends: with TLS's own mark, or just so, as when someone on the way cuts it.</summary>
internal enum DataEnd { CloseNotify, Cut }

internal sealed partial class ScriptedConnection
{
    /// <summary>The handshake, on the server's side; what follows goes over TLS.</summary>
    internal async Task StartTlsAsync(X509Certificate2 certificate)
    {
        _stream = await SecureAsync(socket, certificate);
        _reader = new StreamReader(_stream, Encoding.Latin1);
    }

    /// <summary>Greeting, AUTH and the handshake.</summary>
    internal async Task OfferTlsAsync(X509Certificate2 certificate)
    {
        await SayAsync("220 ready");
        Assert.Equal("AUTH TLS", await HearAsync());
        await SayAsync("234 go on");
        await StartTlsAsync(certificate);
    }

    /// <summary>Login and the answers, as <see cref="ServeAsync"/>, after <see cref="OfferTlsAsync"/>.</summary>
    internal async Task ServeTlsAsync(X509Certificate2 certificate, Func<string, Task<string?>> answer)
    {
        await OfferTlsAsync(certificate);
        await AnswerProtectedAsync(answer);
    }

    internal Task AnswerProtectedAsync(Func<string, Task<string?>> answer) =>
        AnswerAsync(async line => await answer(line) ?? (line is "PBSZ 0" or "PROT P" ? "200 protected" : null));

    /// <summary>Long enough for what was said to arrive by itself.</summary>
    internal Task SleepAMomentAsync() => Task.Delay(200, stop);

    /// <summary>Sends over the data connection, in TLS, and ends it.</summary>
    internal async Task SendDataAsync(byte[] content, X509Certificate2 certificate, DataEnd end)
    {
        using var client = await _data!.AcceptTcpClientAsync(stop);
        _data.Dispose();
        await using var tls = await SecureAsync(client.GetStream(), certificate);
        await tls.WriteAsync(content, stop);
        if (end == DataEnd.CloseNotify)
            await tls.ShutdownAsync();
    }

    /// <summary>Takes what comes over the data connection, in TLS, to the end.</summary>
    internal async Task<byte[]> TakeDataAsync(X509Certificate2 certificate)
    {
        using var client = await _data!.AcceptTcpClientAsync(stop);
        _data.Dispose();
        await using var tls = await SecureAsync(client.GetStream(), certificate);
        using var content = new MemoryStream();
        await tls.CopyToAsync(content, stop);
        await tls.ShutdownAsync();
        return content.ToArray();
    }

    /// <summary>Closes the data connection at once, where a handshake is awaited.</summary>
    internal async Task RefuseDataAsync()
    {
        using var client = await _data!.AcceptTcpClientAsync(stop);
        _data.Dispose();
    }

    private async Task<SslStream> SecureAsync(Stream inner, X509Certificate2 certificate)
    {
        var tls = new SslStream(inner);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        return tls;
    }
}
