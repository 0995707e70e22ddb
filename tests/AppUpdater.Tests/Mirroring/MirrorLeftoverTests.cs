using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

/// <summary>What a push leaves on the server of files that are gone, or others, before they are sent.</summary>
public sealed class MirrorLeftoverTests : IDisposable
{
    private const int Limit = 120_000;

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _served.Dispose();
        _here.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_goes_or_changes_as_it_is_sent_fails_alone_and_leaves_nothing_on_the_server(bool isGone)
    {
        var odd = _here.WriteOld("a.txt", "one");
        _here.WriteOld("b.txt", "two");
        await using var server = LoopbackFtpServer.Start(_served.Root);
        var told = new ToldEvents
        {
            OnEvent = happened =>
            {
                if (happened is not { Kind: MirrorEventKind.Started, Path.Value: "a.txt" })
                    return;
                File.Delete(odd);
                if (!isGone)
                    File.WriteAllText(odd, "another one");
            },
        };
        var report = await PushAsync(server.Options(_here.Root), told);
        Assert.Equal("a.txt", Assert.Single(report.Failures).Path?.Value);
        Assert.Equal(["b.txt"], Directory.GetFileSystemEntries(_served.Root).Select(Path.GetFileName));
    }
}
