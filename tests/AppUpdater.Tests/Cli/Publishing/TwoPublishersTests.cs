using AppUpdater.Cli.Publishing;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>Somebody else publishes to the same place at the same time.</summary>
public sealed class TwoPublishersTests : IDisposable
{
    private readonly PublishScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task The_second_of_two_publishers_is_refused_and_told_who_is_there()
    {
        _scene.Write("app.txt", "one");
        await using (await PublishLock.TakeAsync(_scene.Target, isOverride: false, _scene.Notes.Add, _scene.Clock, CancellationToken.None))
        {
            var refused = await Assert.ThrowsAsync<InstallException>(() => _scene.PublishAsync("1.0.0"));
            Assert.Contains($"{Environment.UserName} on {Environment.MachineName} since", refused.Message, StringComparison.Ordinal);
            Assert.Contains("--override-lock", refused.Message, StringComparison.Ordinal);
            Assert.Empty(_scene.Target.Uploads);

            await _scene.PublishAsync(_scene.Request("1.0.0") with { OverrideLock = true });
        }

        Assert.Equal("1.0.0", _scene.Pointer().Version.ToString());
    }

    [Fact]
    public async Task Of_two_publishers_at_the_same_moment_never_do_both_go_on()
    {
        for (var round = 0; round < 20; round++)
        {
            var both = await Task.WhenAll(TakeAsync(), TakeAsync());
            Assert.True(both.Count(got => got is not null) <= 1);
            foreach (var one in both.OfType<PublishLock>())
                await one.DisposeAsync();
            Assert.DoesNotContain(_scene.Served().Keys, name => name.StartsWith("publishing-", StringComparison.Ordinal));
        }

        // Neither lets go before both have looked.
        async Task<PublishLock?> TakeAsync()
        {
            try
            {
                return await PublishLock.TakeAsync(_scene.Target, isOverride: false, _ => { }, _scene.Clock, CancellationToken.None);
            }
            catch (InstallException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task A_pointer_that_somebody_else_replaced_meanwhile_stays()
    {
        _scene.Write("app.txt", "one");
        await _scene.PublishAsync("1.0.0");
        var path = Path.Join(_scene.Server, "version.ini");
        var other = _scene.Keys.Sign(SignedAs.VersionFile, PointerText.Of(_scene.Pointer() with { Sequence = 50 }));
        _scene.Write("app.txt", "two");
        _scene.Target.Before = name =>
        {
            if (name == "releases.ini")
                File.WriteAllBytes(path, other);
        };

        var refused = await Assert.ThrowsAsync<InstallException>(() => _scene.PublishAsync("1.1.0"));

        Assert.Contains("replaced by somebody else", refused.Message, StringComparison.Ordinal);
        Assert.Equal(other, await File.ReadAllBytesAsync(path));
    }
}
