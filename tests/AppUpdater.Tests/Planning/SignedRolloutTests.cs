using AppUpdater.Releases;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Planning;

/// <summary>Rollouts, and what changes while a release is fetched.</summary>
public sealed class SignedRolloutTests : IDisposable
{
    private readonly SignedScene _scene = new();

    private TestPublisher Publisher => _scene.Publisher;

    public void Dispose() => _scene.Dispose();

    private static void Has(string part, string message) => Assert.Contains(part, message, StringComparison.Ordinal);

    private async Task<string?> OfferedAsync(bool force = false) => (await _scene.CheckAsync(force))?.To.ToString();

    [Fact]
    public async Task A_halted_release_is_nothing_to_do_unless_forced()
    {
        Publisher.More = "rollout = 0\nminimum = 9.0";
        Publisher.Publish("1.0.0", ("app", "app"));

        Assert.Null(await OfferedAsync());
        Assert.Empty(_scene.Offers);
        Has("is shown to 0 % of all installs", _scene.Log.Text);
        Assert.Equal("1.0.0", await OfferedAsync(force: true));
    }

    [Fact]
    public void A_place_in_the_line_is_even_stable_and_another_for_each_version()
    {
        var one = NuGet.Versioning.NuGetVersion.Parse("1.0.0");
        var places = Enumerable.Range(0, 2000).Select(i => RolloutLine.PlaceOf($"id {i}", one)).ToList();
        Assert.InRange(places.Count(place => place < 25), 420, 580);
        Assert.All(places, place => Assert.InRange(place, 0, 99));
        Assert.Equal(RolloutLine.PlaceOf("id", one), RolloutLine.PlaceOf("id", one));
        Assert.True(Enumerable.Range(0, 10).Select(i => RolloutLine.PlaceOf("id", NuGet.Versioning.NuGetVersion.Parse($"1.{i}"))).Distinct().Count() > 5);
        Assert.Equal(99, RolloutLine.PlaceOf(null, one));
    }

    [Fact]
    public async Task The_id_behind_the_line_is_made_once()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAsync();
        var id = _scene.Trust.LocalId;
        Publisher.Publish("1.1.0", ("app", "new"));
        await _scene.CheckAsync();

        Assert.Equal(32, id!.Length);
        Assert.Equal(id, _scene.Trust.LocalId);
    }

    [Fact]
    public async Task While_it_is_fetched_the_same_release_stays_the_same_plan()
    {
        var reference = Publisher.Publish("1.0.0", ("app", "app"));
        var plan = await _scene.CheckAsync();
        Publisher.Sign(Publisher.PointerText("1.0.0", reference)); // renewed, with the next sequence

        Assert.Same(plan, await _scene.RemakeAsync(plan!));
    }

    [Fact]
    public async Task While_it_is_fetched_another_release_is_planned_again()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        var plan = await _scene.CheckAsync();
        Publisher.Publish("1.1.0", ("app", "new"));

        Assert.Equal("1.1.0", (await _scene.RemakeAsync(plan!)).To.ToString());
    }

    [Fact]
    public async Task While_it_is_fetched_a_halt_or_a_withdrawal_stops_it()
    {
        var first = Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAndInstallAsync();
        var second = Publisher.Publish("1.1.0", ("app", "new"));
        var plan = await _scene.CheckAsync();
        Publisher.More = "rollout = 0";
        Publisher.Sign(Publisher.PointerText("1.1.0", second));
        Has("was halted: its rollout is 0 now", (await Assert.ThrowsAsync<UnreachableException>(() => _scene.RemakeAsync(plan!))).Message);

        Publisher.Sequence++;
        Publisher.More = "";
        Publisher.Sign(Publisher.PointerText("1.0.0", first));
        Has("was withdrawn: version.ini at ", (await Assert.ThrowsAsync<UnreachableException>(() => _scene.RemakeAsync(plan!))).Message);
    }
}
