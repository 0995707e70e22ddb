using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using static AppUpdater.Tests.Transport.Http.HttpTesting;

namespace AppUpdater.Tests.Transport.Http;

/// <summary>A real server in this process: HTTP/2 over TLS, static files with ranges and tags, folder indexes.</summary>
public sealed class KestrelTests : IAsyncLifetime, IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _certificate = MakeCertificate();
    private readonly List<string> _protocols = [];
    private WebApplication? _server;

    private int Port => new Uri(_server!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    private string Fingerprint => _certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder["año nuevo"]);
        await File.WriteAllTextAsync(_folder["año nuevo/cañón (1).bmp"], "bitmap");
        await File.WriteAllTextAsync(_folder["file.bin"], "0123456789");
        await File.WriteAllTextAsync(_folder["ca.pem"], _certificate.ExportCertificatePem());
        File.SetLastWriteTimeUtc(_folder["file.bin"], new DateTime(2025, 11, 1, 10, 0, 0, DateTimeKind.Utc));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(_certificate);
        }));
        builder.Services.AddDirectoryBrowser();
        _server = builder.Build();
        _server.Use((context, next) =>
        {
            lock (_protocols)
                _protocols.Add(context.Request.Protocol);
            return context.Request.Path == "/down" ? Redirect(context) : next(context);
        });
        var files = new PhysicalFileProvider(_folder.Root);
        _server.UseFileServer(new FileServerOptions
        {
            FileProvider = files,
            EnableDirectoryBrowsing = true,
            EnableDefaultFiles = false,
            StaticFileOptions = { ServeUnknownFileTypes = true },
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    private AppUpdater.Transport.Http.HttpSource OpenTrusting(string host, string? caFile = null, string? fingerprint = null) => Open(
        $"https://{host}:{Port}", new ServerSettings { Url = "", Proxy = ProxySettings.None, CaFile = caFile, Fingerprint = fingerprint });

    [Fact(Timeout = Limit)]
    public async Task All_of_it_goes_over_HTTP_2_and_TLS()
    {
        await using var source = OpenTrusting("localhost", caFile: _folder["ca.pem"]);
        var entries = await source.ListAllAsync();
        Assert.Equal(["año nuevo", "año nuevo/cañón (1).bmp", "ca.pem", "file.bin"], entries.Select(entry => entry.Path.Value));
        Assert.Equal(new DateTimeOffset(2025, 11, 1, 10, 0, 0, TimeSpan.Zero), entries[3].Modified!.Value.Utc);
        Assert.Equal("bitmap"u8.ToArray(), await source.ReadAllAsync("año nuevo/cañón (1).bmp"));
        Assert.Equal("56", await source.ReadTextAsync(5, 2));
        Assert.Equal("", await source.ReadTextAsync(10));
        Assert.Null(await source.StatAsync(RelativePath.Parse("none"), default));
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("none"));
        Assert.Equal(["HTTP/2"], _protocols.Distinct());
    }

    [Fact(Timeout = Limit)]
    public async Task A_large_file_travels_on_a_connection_of_its_own()
    {
        await using (var large = File.Create(_folder["file.bin"]))
            large.SetLength(9_000_000);
        await using var source = OpenTrusting("localhost", caFile: _folder["ca.pem"]);
        await source.StatAsync(SomeFile, default);
        Assert.Equal(9_000_000, (await source.ReadAllAsync("file.bin")).Length);
        Assert.Equal(["HTTP/2", "HTTP/1.1"], _protocols);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_replaced_meanwhile_is_not_joined_to_the_old_one()
    {
        await using var source = OpenTrusting("localhost", caFile: _folder["ca.pem"]);
        Assert.Equal(4, await source.ReadSomeAsync(4));
        await File.WriteAllTextAsync(_folder["file.bin"], "abcdefghij");
        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadTextAsync(4));
        Assert.Equal("abcdefghij", await source.ReadTextAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_nobody_vouches_for_is_not_trusted()
    {
        await using var source = OpenTrusting("localhost");
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("[server] ca_file", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_protocols);
    }

    [Fact(Timeout = Limit)]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        await using var source = OpenTrusting("127.0.0.1", caFile: _folder["ca.pem"]);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("not for 127.0.0.1", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task The_pinned_certificate_is_trusted_and_no_other()
    {
        await using var pinned = OpenTrusting("127.0.0.1", fingerprint: Fingerprint);
        Assert.Equal(10, (await pinned.StatAsync(SomeFile, default))!.Size);
        await using var other = OpenTrusting("localhost", fingerprint: new string('0', 64));
        await Assert.ThrowsAsync<UntrustedException>(() => other.StatAsync(SomeFile, default));
    }

    [Fact(Timeout = Limit)]
    public async Task A_redirect_from_https_to_http_is_not_followed()
    {
        await using var source = OpenTrusting("localhost", caFile: _folder["ca.pem"]);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ReadAllAsync("down"));
        Assert.Contains("from https to http", failure.Message, StringComparison.Ordinal);
    }

    private static Task Redirect(HttpContext context)
    {
        context.Response.Redirect("http://localhost:1/file.bin");
        return Task.CompletedTask;
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
