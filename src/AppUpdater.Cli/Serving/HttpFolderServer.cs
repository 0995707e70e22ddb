using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Testing.Ftp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace AppUpdater.Cli.Serving;

/// <summary>
/// A folder over HTTP/1.1, read only: files with ranges and strong ETags (RFC 9110, 13 and 14), folders as an index of links. Names that
/// begin with a dot are served as any other; nothing outside the folder is, links that lead there included.
/// </summary>
internal sealed class HttpFolderServer : IAsyncDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(1);

    private readonly ServeOptions _options;
    private readonly ServedFolder _folder;
    private readonly Pace _pace;
    private readonly byte[]? _login;
    private readonly WebApplication _app;

    private HttpFolderServer(ServeOptions options)
    {
        _options = options;
        _folder = new ServedFolder(options.Folder);
        _pace = new Pace(options.Rate);
        _login = options.User is null ? null : Encoding.UTF8.GetBytes($"{options.User}:{options.Password}");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.Http!.Value, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    internal Uri Url { get; private set; } = null!;

    /// <summary>Starts to serve; it listens when this returns.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port or address is not allowed.</exception>
    internal static async Task<HttpFolderServer> StartAsync(ServeOptions options, CancellationToken ct)
    {
        var server = new HttpFolderServer(options);
        try
        {
            await server._app.StartAsync(ct);
            var bound = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            server.Url = bound.Host is "0.0.0.0" or "[::]" ? new UriBuilder(bound) { Host = "127.0.0.1" }.Uri : bound;
            return server;
        }
        catch
        {
            await server._app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(EndWithin);
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        await Task.Delay(_options.Latency, context.RequestAborted);
        await AnswerTo(context).ExecuteAsync(context);
    }

    private IResult AnswerTo(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return TypedResults.StatusCode(StatusCodes.Status405MethodNotAllowed);
        }

        if (!IsLetIn(context.Request.Headers.Authorization.ToString()))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"AppUpdater\", charset=\"UTF-8\"";
            return TypedResults.Unauthorized();
        }

        var asked = context.Request.Path.Value ?? "/";
        if (ServedFolder.Resolve("/", asked) is not { } path || _folder.Local(path) is not { } local)
            return TypedResults.NotFound();
        if (Directory.Exists(local))
        {
            return asked.EndsWith('/')
                ? TypedResults.Content(FolderIndex.Of(new DirectoryInfo(local), path, _folder), "text/html; charset=utf-8")
                : TypedResults.LocalRedirect(context.Request.Path.ToUriComponent() + "/", permanent: true);
        }

        return asked.EndsWith('/') || !File.Exists(local) ? TypedResults.NotFound() : Send(local, context);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The response disposes it.")]
    private FileStreamHttpResult Send(string local, HttpContext context)
    {
        // Writers are let in: the next version is put here while this one is fetched.
        var file = new FileStream(local, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        context.Response.RegisterForDispose(file);
        var modified = File.GetLastWriteTimeUtc(file.SafeFileHandle);
        context.Response.Body = new FaultyBody(context.Response.Body, _pace, _options.CutAfter, context.Abort);
        return TypedResults.Stream(
            file,
            "application/octet-stream",
            lastModified: modified,
            entityTag: new EntityTagHeaderValue($"\"{file.Length:x}-{modified.Ticks:x}\""),
            enableRangeProcessing: true);
    }

    private bool IsLetIn(string authorization)
    {
        const string Scheme = "Basic ";
        if (_login is null)
            return true;
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var given = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Scheme.Length..].Trim(), given, out var count))
            return false;
        var login = given.AsSpan(0, count);
        return CryptographicOperations.FixedTimeEquals(_options.Password is null ? UserOf(login) : login, _options.Password is null ? UserOf(_login) : _login);
    }

    private static ReadOnlySpan<byte> UserOf(ReadOnlySpan<byte> login)
    {
        var colon = login.IndexOf((byte)':');
        return colon < 0 ? login : login[..colon];
    }

    /// <summary>Signals are the command line's, which ends this server in its turn.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
