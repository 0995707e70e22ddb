using AppUpdater.Tests.Transport;
using static AppUpdater.Tests.Staging.SignedScene;

namespace AppUpdater.Tests.Staging;

/// <summary>Places that send just enough never to stall.</summary>
public sealed class LeastPaceTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly SignedScene _scene = new();
    private readonly ShiftedClock _clock = new();

    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();

    private TimeSpan Passed => _clock.GetUtcNow() - _start;

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_pack_that_drips_is_given_up_after_ten_minutes_and_gone_on_with_later()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(2_000_000)));
        Drip(_scene.Server);

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => _scene.FetchAsync(plan, clock: _clock));

        Assert.Contains("sends fewer than 1024 bytes a second", failure.Message, StringComparison.Ordinal);
        Assert.Contains("server.example", failure.Message, StringComparison.Ordinal);
        Assert.InRange(Passed, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        _scene.Server.BeforeRead = null;
        var sent = _scene.Server.BytesSent;
        RequireFiles(await _scene.FetchAsync(plan, clock: _clock), ("a", Bytes(2_000_000)));
        Assert.InRange(_scene.Server.BytesSent, 0, 2_001_000);
        Assert.InRange(sent, 20_000, 50_000);
    }

    [Fact(Timeout = Limit)]
    public async Task Where_another_place_has_it_the_slow_one_is_passed_over()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(2_000_000)));
        using var other = new ScriptedSource();
        await _scene.CopyToServerAsync(other);
        _scene.OtherPlaces.Add(() => other);
        Drip(_scene.Server);

        RequireFiles(await _scene.FetchAsync(plan, clock: _clock), ("a", Bytes(2_000_000)));

        Assert.NotEmpty(other.Opened);
    }

    /// <summary>1000 bytes every half second are twice the least; a night asleep is no fault of the line's.</summary>
    [Fact(Timeout = Limit)]
    public async Task A_slow_line_is_waited_for_and_a_machine_may_sleep_meanwhile()
    {
        var plan = await _scene.PublishAsync(("a", Bytes(2_000_000)));
        var reads = 0;
        _scene.Server.BeforeRead = () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5) + (++reads == 1_200 ? TimeSpan.FromHours(8) : TimeSpan.Zero));
            return Task.CompletedTask;
        };

        RequireFiles(await _scene.FetchAsync(plan, clock: _clock), ("a", Bytes(2_000_000)));

        Assert.InRange(Passed, TimeSpan.FromHours(8.2), TimeSpan.FromHours(9));
    }

    /// <summary>1000 bytes each 25 s: more than the 1024 in 30 s that a transfer may not fall short of.</summary>
    private void Drip(ScriptedSource server) => server.BeforeRead = () =>
    {
        _clock.Advance(TimeSpan.FromSeconds(25));
        return Task.CompletedTask;
    };
}
