using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using AppUpdater.Settings;
using AppUpdater.Transport.Http;
using AppUpdater.Transport.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Transport.Doctor;

/// <summary>Asks a web server one thing at a time, with the requests that the HTTP source itself makes.</summary>
internal sealed class HttpBench : IDisposable
{
    private readonly HttpServer _server;
    private readonly HttpRequests _requests;
    private readonly HttpMemory _memory = new();

    /// <exception cref="SettingsException">User, password or ca_file can't be used.</exception>
    internal HttpBench(RemoteLocation location, TransportOptions options)
    {
        // What it would warn of is told in the report.
        _server = new HttpServer(location, options with { Log = NullLogger.Instance });
        _requests = new HttpRequests(_server);
    }

    internal string? User => _server.User;

    /// <summary>The first question: where the folder is, what the server speaks. What it refuses may still be no more than the index.</summary>
    internal async Task<(HttpStatusCode Status, Version Version, Uri Url)> EnterAsync(CancellationToken ct)
    {
        using var answer = await _requests.SendAsync(new HttpAsk(HttpMethod.Get, FolderUrl), ct).ConfigureAwait(false);
        if (answer.Status is not (HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.Forbidden))
            throw _server.Refusal(answer);
        return (answer.Status, answer.Response.Version, answer.Url);
    }

    internal Uri FolderUrl => _server.UrlOfFolder(null);

    internal async Task<(IndexSeen Index, IReadOnlyList<RemoteEntry> Entries)> ListAsync(CancellationToken ct)
    {
        try
        {
            var entries = await new HttpListing(_server, _requests, _memory).ListAsync(null, ct).ConfigureAwait(false);

            // Only JSON has sizes that count.
            return (new IndexSeen(entries.Any(entry => entry.Size is not null), entries.Count, null), entries);
        }
        catch (Exception e) when (e is MissingException or UntrustedException or UnreachableException { IsTransient: false })
        {
            return (new IndexSeen(IsJson: false, 0, e.Message), []);
        }
    }

    internal async Task<RemoteEntry?> StatAsync(RelativePath path, CancellationToken ct) =>
        await new HttpStat(_server, _requests, _memory).RunAsync(path, ct).ConfigureAwait(false);

    /// <summary>Reads a file's first bytes, and looks at what an update relies on.</summary>
    internal async Task<HttpFileSeen> LookAsync(RelativePath path, long size, CancellationToken ct)
    {
        HttpFileVersion version;
        using (var head = await _requests.SendAsync(new HttpAsk(HttpMethod.Head, _server.UrlOf(path)), ct).ConfigureAwait(false))
            version = HttpFileVersion.Of(head, head.Length);
        var validator = version switch
        {
            { Tag.IsWeak: false } => ValidatorSeen.StrongTag,
            { Tag: not null } => ValidatorSeen.WeakTag,
            { Modified: not null } => ValidatorSeen.Time,
            _ => ValidatorSeen.None,
        };
        return new HttpFileSeen(validator, version.Modified is not null)
        {
            RangeProblem = await RangeProblemAsync(path, size, ct).ConfigureAwait(false),
            AnswersUnchanged = validator == ValidatorSeen.None ? null : await IsUnchangedAsync(path, version, ct).ConfigureAwait(false),
        };
    }

    /// <summary>What TLS the server has, on a connection of its own that goes as the source's do.</summary>
    internal async Task<TlsSeen> LookAtTlsAsync(CancellationToken ct)
    {
        var (location, options) = (_server.Location, _server.Options);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(options.ConnectTimeout + options.ReplyTimeout);
        try
        {
            var stream = await Connectors.For(Proxy(), options.ConnectTimeout).ConnectAsync(location.Host, location.Port, deadline.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                return await TlsLook.AtAsync(stream, location.Host, options.Server, SslProtocols.None, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            throw new UnreachableException($"{location} broke TLS off: {(e.InnerException ?? e).Message}", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new UnreachableException($"{location} did not finish TLS in time.", e);
        }
    }

    public void Dispose() => _requests.Dispose();

    private async Task<string?> RangeProblemAsync(RelativePath path, long size, CancellationToken ct)
    {
        if (size < 2)
            return null;
        var ask = new HttpAsk(HttpMethod.Get, _server.UrlOf(path)) { Range = new RangeHeaderValue(1, 1) };
        using var part = await _requests.SendAsync(ask, ct).ConfigureAwait(false);
        if (part.Status != HttpStatusCode.PartialContent)
            return $"answered {(int)part.Status} to a range.";
        try
        {
            return HttpRange.Of(part, 1, 1).Count == 1 ? null : "sent fewer bytes than were asked for.";
        }
        catch (UntrustedException e)
        {
            return e.Message;
        }
    }

    private async Task<bool> IsUnchangedAsync(RelativePath path, HttpFileVersion version, CancellationToken ct)
    {
        using var same = await _requests.SendAsync(new HttpAsk(HttpMethod.Get, _server.UrlOf(path)) { Unless = version }, ct).ConfigureAwait(false);
        return same.Status == HttpStatusCode.NotModified;
    }

    // .NET finds the system's proxy by itself for requests; here it has to be asked for.
    private ProxySettings Proxy()
    {
        var proxy = _server.Options.Server.Proxy;
        if (proxy.Kind != ProxyKind.System || HttpClient.DefaultProxy.IsBypassed(_server.Origin))
            return proxy;
        return HttpClient.DefaultProxy.GetProxy(_server.Origin) is { Scheme: "http" } found
            ? new ProxySettings(ProxyKind.HttpConnect, found.Host, found.Port)
            : proxy;
    }
}
