using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// nginx over a folder on a free port of this machine: ranges, ETags and listings (autoindex), as it comes. With an authority it speaks
/// HTTPS with HTTP/2.
/// </summary>
public sealed class NginxServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private NginxServer(ServerProcess process) => _process = process;

    public int Port => _process.Port;

    /// <summary>The requests answered so far, as they came: "GET /app/version.ini HTTP/1.1".</summary>
    public IReadOnlyList<string> ReadRequests() => File.ReadAllLines(Path.Join(_process.Own, "requests"));

    /// <summary>Starts it and waits until it can be connected to.</summary>
    public static async Task<NginxServer> StartAsync(string folder, TestAuthority? authority, CancellationToken ct = default)
    {
        var program = ServerPrograms.Find(ServerPrograms.Nginx, ServerPrograms.Nginx)
            ?? throw new InvalidOperationException(ServerPrograms.Problem(ServerPrograms.Nginx));
        var process = await ServerProcess.StartAsync(
            (own, port) =>
            {
                var config = Path.Join(own, "nginx.conf");
                File.WriteAllText(config, Configure(own, folder, port, authority));
                return new ProcessStartInfo(program, ["-p", own, "-c", config, "-e", Path.Join(own, "error")]);
            },
            "",
            ct).ConfigureAwait(false);
        return new NginxServer(process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configure(string own, string folder, int port, TestAuthority? authority)
    {
        var tls = authority is null ? "" : $"ssl_certificate {authority.CertificateFile}; ssl_certificate_key {authority.KeyFile};";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            # Root's folder can be read by a worker that stays root alone.
            {{(Environment.IsPrivilegedProcess ? "user root root;" : "")}}
            worker_processes 1;
            pid {{own}}/pid;
            events { worker_connections 256; }
            http {
              log_format requests '$request'; access_log {{own}}/requests requests;
              client_body_temp_path {{own}}/body; proxy_temp_path {{own}}/proxy; fastcgi_temp_path {{own}}/fastcgi;
              uwsgi_temp_path {{own}}/uwsgi; scgi_temp_path {{own}}/scgi;
              default_type application/octet-stream;
              sendfile on;
              server {
                listen 127.0.0.1:{{port}}{{(authority is null ? "" : " ssl http2")}};
                {{tls}}
                root {{folder}};
                autoindex on;
              }
            }

            """);
    }
}
