using AppUpdater.Cli.Publishing;
using NuGet.Versioning;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>A channel that had an expiry once does not lose it by an option left out.</summary>
public sealed class ExpiryTests : IDisposable
{
    private readonly PublishScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task The_next_version_gets_the_term_of_the_one_before_from_its_own_day_on()
    {
        await PublishAsync("1.0.0", TimeSpan.FromDays(60));
        Later(days: 50);

        await PublishAsync("1.1.0");

        Assert.Equal(_scene.Clock.Now.AddDays(60), _scene.Pointer().Expires);
        Assert.Single(_scene.Notes, note => note.StartsWith("It expires ", StringComparison.Ordinal) && note.Contains("stable keeps its term", StringComparison.Ordinal));
        Assert.Null((await _scene.PublishAsync("1.1.0")).Sequence); // the same again is nothing new
    }

    [Fact]
    public async Task A_renewed_pointer_hands_on_the_term_it_was_renewed_by()
    {
        await PublishAsync("1.0.0", TimeSpan.FromDays(60));
        Later(days: 50);
        await _scene.Edits().RenewAsync(channel: null, TimeSpan.FromDays(90), CancellationToken.None);
        await _scene.Edits().RolloutAsync(V("1.0.0"), 25, CancellationToken.None);
        Later(days: 20);

        await PublishAsync("1.1.0");

        Assert.Equal(_scene.Clock.Now.AddDays(90), _scene.Pointer().Expires);
        Later(days: 30);
        await _scene.Edits().RenewAsync(channel: null, expires: null, CancellationToken.None);
        Assert.Equal(_scene.Clock.Now.AddDays(90), _scene.Pointer().Expires);
    }

    [Fact]
    public async Task Promoted_to_a_channel_a_version_gets_that_channels_term_and_withdrawn_again_it_stays()
    {
        await PublishAsync("1.0.0", TimeSpan.FromDays(300));
        await PublishAsync("1.1.0", TimeSpan.FromDays(30), "beta");
        Later(days: 10);

        await _scene.Edits().PromoteAsync(V("1.1.0"), "stable", 100, CancellationToken.None);
        Assert.Equal(_scene.Clock.Now.AddDays(300), _scene.Pointer().Expires);
        await _scene.Edits().PromoteAsync(V("1.1.0"), "slow", 100, CancellationToken.None);
        Assert.Equal(_scene.Clock.Now.AddDays(30), _scene.Pointer("version-slow.ini").Expires);

        Later(days: 5);
        await _scene.Edits().WithdrawAsync(V("1.1.0"), CancellationToken.None);
        Assert.Equal(_scene.Clock.Now.AddDays(300), _scene.Pointer().Expires);
    }

    [Fact]
    public async Task Never_ends_it_and_where_there_was_none_none_comes()
    {
        await PublishAsync("1.0.0");
        Assert.Null(_scene.Pointer().Expires);
        await PublishAsync("1.1.0", TimeSpan.FromDays(60));
        await PublishAsync("1.2.0", Expiry.Never);
        Assert.Null(_scene.Pointer().Expires);
        await PublishAsync("1.3.0", TimeSpan.FromDays(60));
        await _scene.Edits().RenewAsync(channel: null, Expiry.Never, CancellationToken.None);
        await PublishAsync("1.4.0");

        Assert.Null(_scene.Pointer().Expires);
        Assert.DoesNotContain(_scene.Notes, note => note.StartsWith("It expires ", StringComparison.Ordinal));
    }

    private async Task PublishAsync(string version, TimeSpan? expires = null, string channel = "stable")
    {
        _scene.Write("app.txt", $"this is {version}");
        await _scene.PublishAsync(_scene.Request(version) with { Expires = expires, Channel = channel });
    }

    private void Later(int days) => _scene.Clock.Now = _scene.Clock.Now.AddDays(days);

    private static NuGetVersion V(string text) => NuGetVersion.Parse(text);
}
