using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Testing;

/// <summary>FTP by hand: sends lines and shows what came back, so that the server is tested without our own client.</summary>
internal sealed class RawFtpClient : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly Encoding _encoding;
    private readonly string _host;
    private readonly int _port;
    private Stream? _stream;
    private StreamReader? _reader;

    private RawFtpClient(LoopbackFtpServer server, Encoding? encoding)
    {
        (_host, _port) = (server.Url.Host, server.Port);
        _encoding = encoding ?? new UTF8Encoding(false);
    }

    internal static async Task<RawFtpClient> ConnectAsync(LoopbackFtpServer server, Encoding? encoding = null)
    {
        var client = new RawFtpClient(server, encoding);
        await client._client.ConnectAsync(client._host, client._port);
        client.Speak(client._client.GetStream());
        return client;
    }

    /// <summary>Connected, greeted, logged in, binary.</summary>
    internal static async Task<RawFtpClient> LogInAsync(LoopbackFtpServer server, Encoding? encoding = null)
    {
        var client = await ConnectAsync(server, encoding);
        Assert.StartsWith("220", await client.ReadAsync(), StringComparison.Ordinal);
        await client.SendAsync("USER anonymous");
        Assert.StartsWith("230", await client.SendAsync("PASS x@y"), StringComparison.Ordinal);
        Assert.StartsWith("200", await client.SendAsync("TYPE I"), StringComparison.Ordinal);
        return client;
    }

    /// <summary>The handshake on the control connection; its certificate is not looked at.</summary>
    internal async Task SecureAsync(SslProtocols versions = SslProtocols.None) => Speak(await SecureAsync(_stream!, versions));

    internal static async Task<SslStream> SecureAsync(Stream inner, SslProtocols versions = SslProtocols.None)
    {
#pragma warning disable CA5359 // what is tested is the server
        var secure = new SslStream(inner, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = versions });
        return secure;
    }

    private void Speak(Stream stream)
    {
        _stream = stream;
        _reader = new StreamReader(stream, _encoding);
    }

    internal async Task<string> SendAsync(string command)
    {
        await WriteAsync(command);
        return await ReadAsync() ?? "(closed)";
    }

    internal async Task WriteAsync(string command) => await _stream!.WriteAsync(_encoding.GetBytes(command + "\r\n"));

    /// <summary>One reply with all its lines; null where the server closed.</summary>
    internal async Task<string?> ReadAsync()
    {
        var first = await _reader!.ReadLineAsync();
        if (first is null || first.Length < 4 || first[3] != '-')
            return first;
        var lines = new StringBuilder(first);
        while (await _reader.ReadLineAsync() is { } line)
        {
            lines.Append('\n').Append(line);
            if (line.StartsWith(first[..3] + " ", StringComparison.Ordinal))
                break;
        }

        return lines.ToString();
    }

    internal async Task<TcpClient> OpenDataAsync()
    {
        var reply = await SendAsync("EPSV");
        var data = new TcpClient();
        await data.ConnectAsync(_host, int.Parse(reply.Split('|')[3], CultureInfo.InvariantCulture));
        return data;
    }

    /// <summary>A whole transfer from the server: its opening reply, its bytes, its final reply.</summary>
    internal async Task<(string Opening, byte[] Bytes, string? Final)> FetchAsync(string command)
    {
        using var data = await OpenDataAsync();
        var opening = await SendAsync(command);
        using var bytes = new MemoryStream();
        if (opening.StartsWith('1'))
            await data.GetStream().CopyToAsync(bytes);
        return (opening, bytes.ToArray(), opening.StartsWith('1') ? await ReadAsync() : null);
    }

    internal async Task<string> ListAsync(string command) => _encoding.GetString((await FetchAsync(command)).Bytes);

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }
}
