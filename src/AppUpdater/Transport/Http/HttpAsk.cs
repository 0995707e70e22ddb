using System.Net.Http.Headers;

namespace AppUpdater.Transport.Http;

/// <summary>A request, to be made again at each redirect.</summary>
internal sealed record HttpAsk(HttpMethod Method, Uri Url)
{
    private static readonly ProductInfoHeaderValue Agent = new("AppUpdater", typeof(HttpAsk).Assembly.GetName().Version?.ToString(3));

    internal RangeHeaderValue? Range { get; init; }

    /// <summary>A strong validator as the server wrote it: a range of what this names, or all of what is there now (RFC 9110 13.1.5).</summary>
    internal string? IfRange { get; init; }

    /// <summary>Only where it is no longer this; else 304.</summary>
    internal HttpFileVersion? Unless { get; init; }

    /// <summary>
    /// A large file gets a connection of its own (HTTP/1.1): the streams of HTTP/2 share one, with its TCP window and its frames to take
    /// apart, at two thirds of the throughput as measured on one machine.
    /// </summary>
    internal bool IsLarge { get; init; }

    /// <param name="url">Where this request goes.</param>
    /// <param name="login">Null: none is sent there.</param>
    internal HttpRequestMessage ToMessage(Uri url, AuthenticationHeaderValue? login)
    {
        // Over TLS both sides choose (ALPN); without, HTTP/2 would have to be known beforehand (RFC 9113 3.3).
        var message = new HttpRequestMessage(Method, url)
        {
            Version = url.Scheme == Uri.UriSchemeHttps && !IsLarge ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.UserAgent.Add(Agent);

        // A range of a compressed file is of no use, and a size that is not the file's none either.
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        message.Headers.Authorization = login;
        message.Headers.Range = Range;
        if (IfRange is not null)
            message.Headers.TryAddWithoutValidation("If-Range", IfRange);
        if (Unless is { Tag: { } tag })
            message.Headers.IfNoneMatch.Add(tag);
        else if (Unless is { Modified: { } modified })
            message.Headers.IfModifiedSince = modified;
        return message;
    }
}
