using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AppUpdater.Bench;

/// <summary>nginx over the served folder on two free ports of this machine, with a configuration and a certificate of its own.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly Process _process;

    private NginxServer(Process process, int plain, int secure, string certificate)
    {
        _process = process;
        (Plain, Secure, Certificate) = ($"http://127.0.0.1:{plain}", $"https://localhost:{secure}", certificate);
    }

    internal string Plain { get; }

    /// <summary>With HTTP/2 for whoever asks for it.</summary>
    internal string Secure { get; }

    /// <summary>The file that a client has to trust.</summary>
    internal string Certificate { get; }

    /// <summary>The program that is missing here, or null.</summary>
    internal static string? Absent() => Find("nginx") is null ? "nginx" : Find("curl") is null ? "curl" : null;

    internal static async Task<NginxServer> StartAsync(BenchFolder folder, CancellationToken ct)
    {
        MakeCertificate(folder["certificate.pem"], folder["key.pem"]);
        var (plain, secure) = (FreePort(), FreePort());
        var own = folder["nginx"];
        Directory.CreateDirectory(own);
        await File.WriteAllTextAsync(folder["nginx.conf"], $$"""
            daemon off;
            master_process off;
            pid {{own}}/pid;
            error_log {{own}}/errors;
            events { }
            http {
                access_log off;
                sendfile on;
                client_body_temp_path {{own}}/body;
                proxy_temp_path {{own}}/proxy;
                fastcgi_temp_path {{own}}/fastcgi;
                uwsgi_temp_path {{own}}/uwsgi;
                scgi_temp_path {{own}}/scgi;
                server {
                    listen 127.0.0.1:{{plain}};
                    listen 127.0.0.1:{{secure}} ssl http2;
                    ssl_certificate {{folder["certificate.pem"]}};
                    ssl_certificate_key {{folder["key.pem"]}};
                    root {{folder["served"]}};
                }
            }

            """, ct);
        var process = Process.Start(new ProcessStartInfo(Find("nginx")!, ["-c", folder["nginx.conf"], "-e", $"{own}/errors"]) { RedirectStandardError = true })!;
        var server = new NginxServer(process, plain, secure, folder["certificate.pem"]);
        try
        {
            await server.AwaitAsync(secure, ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task AwaitAsync(int port, CancellationToken ct)
    {
        for (var i = 0; i < 100 && !_process.HasExited; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, ct); // it is not there yet
            }
        }

        throw new InvalidOperationException("nginx did not start.");
    }

    private static void MakeCertificate(string file, string keyFile)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin").Select(folder => Path.Join(folder, program)).FirstOrDefault(File.Exists);
}
