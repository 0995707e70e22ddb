using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>A server that takes one upload per login, as ProFTPD does over TLS 1.3.</summary>
public sealed class FtpSpentSessionTests : IDisposable
{
    private readonly FtpsScene _scene = new();
    private readonly HashSet<string> _stored = [];
    private int _refused;

    public void Dispose() => _scene.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData(TlsVersion.Tls13, 1, 6)] // the first connection has its refusal, each other one upload
    [InlineData(TlsVersion.Tls12, 5, 6)] // 1.2 has no such sessions: each refusal replaces its connection
    public async Task One_refusal_over_TLS_1_3_tells_how_the_server_is(object tls, int refused, int connections)
    {
        await using var server = ScriptedServer.Start(Serve);
        var settings = _scene.Settings with { Tls = (TlsVersion)tls };
        await using var target = RemoteSources.OpenTarget(
            RemoteLocation.Parse($"ftps://127.0.0.1:{server.Port}"), TransportTestOptions.Create(connections: 1, retries: 1, server: settings));

        for (var i = 0; i < 6; i++)
            await target.UploadAsync(TransportTestOptions.Upload($"f{i}", [1, 2, 3]), default);

        Assert.Equal((refused, connections, 6), (_refused, server.Connections, _stored.Count));
    }

    private Task Serve(ScriptedConnection connection)
    {
        var uploads = 0;
        return connection.ServeTlsAsync(_scene.Certificate, async line =>
        {
            var (verb, argument) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            switch (verb)
            {
                case "USER":
                    return "331 password";
                case "PASS":
                    return "230 in";
                case "SIZE":
                    return _stored.Contains(argument) ? "213 3" : "550 no";
                case "RNFR":
                    return "350 to";
                case "RNTO":
                    return "250 done";
                case "STOR":
                    await connection.SayAsync("150 go");
                    await connection.TakeDataAsync(_scene.Certificate);
                    if (uploads++ > 0)
                    {
                        _refused++;
                        return "425 Unable to build data connection: Operation not permitted";
                    }

                    _stored.Add(argument);
                    return "226 done";
                default:
                    return null;
            }
        });
    }
}
