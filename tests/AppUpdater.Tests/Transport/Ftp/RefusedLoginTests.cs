using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class RefusedLoginTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_login_refused_after_others_were_let_in_is_not_tried_again()
    {
        _temp.Write("file", "x");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var source = new FtpSource(
            RemoteLocation.Parse(server.Url.ToString()), TransportTestOptions.Create(connections: 4, retries: 3));
        var file = RelativePath.Parse("file");

        // Held open, so that whoever comes next needs a connection of his own.
        await using var held = await source.OpenReadAsync(file, 0, default);
        server.Faults.RefuseLogin();
        for (var asked = 0; asked < 3; asked++)
        {
            var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(file, default));
            Assert.Contains("refused the login of user \"anonymous\"", failure.Message, StringComparison.Ordinal);
            Assert.False(failure.IsTransient);
        }

        Assert.Equal(2, server.Commands.Count(line => line.StartsWith("PASS", StringComparison.Ordinal)));
    }
}
