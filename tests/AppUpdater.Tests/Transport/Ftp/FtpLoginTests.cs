using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpLoginTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_login_that_needs_nothing_more_than_TYPE_is_no_refusal()
    {
        _temp.Write("a", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { NoEpsv = true });
        var settings = new ServerSettings { Url = server.Url.ToString(), Encoding = NameEncoding.Windows1252 };
        await using var source = new FtpSource(RemoteLocation.Parse(settings.Url), TransportTestOptions.Create(connections: 2, server: settings));
        await using var first = await source.OpenReadAsync(RelativePath.Parse("a"), 0, null, default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await using var second = await source.OpenReadAsync(RelativePath.Parse("a"), 0, null, patience.Token);
        Assert.Equal(2, server.Connections);
    }
}
