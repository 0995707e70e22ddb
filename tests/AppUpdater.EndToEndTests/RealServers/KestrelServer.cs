using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Logging;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>ASP.NET Core's own server over a folder, in this process, on a free port of this machine: ranges, ETags and listings.</summary>
public sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KestrelServer(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public static async Task<KestrelServer> StartAsync(string folder, CancellationToken ct = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddDirectoryBrowser();
        var app = builder.Build();

        // Names that begin with a dot, and types that no table knows, are a release's files too.
        app.UseFileServer(new FileServerOptions
        {
            FileProvider = new PhysicalFileProvider(folder, ExclusionFilters.None),
            EnableDefaultFiles = false,
            EnableDirectoryBrowsing = true,
            StaticFileOptions = { ServeUnknownFileTypes = true },
        });
        await app.StartAsync(ct).ConfigureAwait(false);
        return new KestrelServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
