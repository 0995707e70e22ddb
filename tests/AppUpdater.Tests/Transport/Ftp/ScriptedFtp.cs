using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>How a data connection ends: with TLS's own mark, or just so, as when someone on the way cuts it.</summary>
internal enum DataEnd { CloseNotify, Cut }

/// <summary>What scripts of FTP servers have in common.</summary>
internal static class ScriptedFtp
{
    extension(ScriptedServer server)
    {
        internal string Url => $"ftp://127.0.0.1:{server.Port}";
    }

    extension(ScriptedConnection connection)
    {
        /// <summary>Greeting, AUTH and the handshake.</summary>
        internal async Task OfferTlsAsync(X509Certificate2 certificate)
        {
            await connection.SayAsync("220 ready");
            Assert.Equal("AUTH TLS", await connection.HearAsync());
            await connection.SayAsync("234 go on");
            await connection.StartTlsAsync(certificate);
        }

        /// <summary>Login and the answers, after <see cref="OfferTlsAsync"/>.</summary>
        internal async Task ServeTlsAsync(X509Certificate2 certificate, Func<string, Task<string?>> answer)
        {
            await connection.OfferTlsAsync(certificate);
            await connection.AnswerProtectedAsync(answer);
        }

        internal Task AnswerProtectedAsync(Func<string, Task<string?>> answer) =>
            connection.AnswerFtpAsync(async line => await answer(line) ?? (line is "PBSZ 0" or "PROT P" ? "200 protected" : null));

        /// <summary>Long enough for what was said to arrive by itself.</summary>
        internal Task SleepAMomentAsync() => connection.SleepAsync(TimeSpan.FromMilliseconds(200));

        /// <summary>Sends over the data connection, in TLS, and ends it.</summary>
        internal async Task SendDataAsync(byte[] content, X509Certificate2 certificate, DataEnd end)
        {
            await using var data = (SslStream)await connection.AcceptDataAsync(certificate);
            await data.WriteAsync(content, connection.Stopped);
            if (end == DataEnd.CloseNotify)
                await data.ShutdownAsync();
        }

        /// <summary>Sends over the data connection until all is sent or the client has closed it.</summary>
        internal async Task OfferDataAsync(byte[] content)
        {
            try
            {
                await connection.SendDataAsync(content);
            }
            catch (IOException)
            {
                return; // closed early, which is what the test is about
            }
        }

        /// <summary>Takes what comes over the data connection, in TLS, to the end.</summary>
        internal async Task<byte[]> TakeDataAsync(X509Certificate2 certificate)
        {
            await using var data = (SslStream)await connection.AcceptDataAsync(certificate);
            using var content = new MemoryStream();
            await data.CopyToAsync(content, connection.Stopped);
            await data.ShutdownAsync();
            return content.ToArray();
        }

        /// <summary>Closes the data connection at once, where a handshake is awaited.</summary>
        internal async Task RefuseDataAsync() => await (await connection.AcceptDataAsync()).DisposeAsync();
    }
}
