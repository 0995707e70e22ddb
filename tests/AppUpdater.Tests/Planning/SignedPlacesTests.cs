using AppUpdater.Releases;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Planning;

/// <summary>Several places, and moves from one to another.</summary>
public sealed class SignedPlacesTests : IDisposable
{
    private const string Nobody = "ftp://127.0.0.1:1";
    private readonly SignedScene _scene = new();

    private TestPublisher Publisher => _scene.Publisher;

    public void Dispose() => _scene.Dispose();

    private static void Has(string part, string message) => Assert.Contains(part, message, StringComparison.Ordinal);

    private async Task<string?> OfferedAsync() => (await _scene.CheckAsync())?.To.ToString();

    /// <summary>The first place has 1.0.0; the second 1.1.0, which was seen.</summary>
    private async Task LagAsync()
    {
        Publisher.Publish("1.0.0", ("app", "old"));
        _scene.Mirror("lagging");
        Publisher.Publish("1.1.0", ("app", "new"));
        await _scene.CheckAsync();
        _scene.Places = ["lagging", "server"];
    }

    [Fact]
    public async Task A_lagging_place_is_passed_over_and_reported()
    {
        await LagAsync();

        Assert.Equal("1.1.0", await OfferedAsync());
        Has("lagging can't be trusted, the next place is asked: version.ini at ", _scene.Log.Text);
        Has("has sequence 1, and 2 was seen before", _scene.Log.Text);
    }

    [Fact]
    public async Task A_place_without_a_pointer_is_passed_over()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        Directory.CreateDirectory(_scene.Server("empty"));
        _scene.Places = ["empty", Nobody, "server"];

        Assert.Equal("1.0.0", await OfferedAsync());
        Has("empty lacks what is needed", _scene.Log.Text);
        Has("can't be reached, the next place is asked", _scene.Log.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_place_whose_manifest_is_wrong_or_missing_is_passed_over(bool isMissing)
    {
        var reference = Publisher.Publish("1.0.0", ("app", "app"));
        _scene.Mirror("lying");
        var manifest = reference.Path.Under(_scene.Server("lying"));
        if (isMissing)
            File.Delete(manifest);
        else
            await File.WriteAllTextAsync(manifest, "other bytes");
        _scene.Places = ["lying", "server"];

        Assert.Equal("1.0.0", await OfferedAsync());
        Has("lying ", _scene.Log.Text);
    }

    [Fact]
    public async Task Where_all_fail_the_worst_reason_is_told_with_every_place()
    {
        await LagAsync();
        Directory.CreateDirectory(_scene.Server("empty"));
        _scene.Places = ["empty", "lagging", Nobody];

        var message = await _scene.RefusedAsync();

        Has("None of the 3 places of [server] url and fallbacks has a release that can be trusted:", message);
        Has("version.ini is missing at", message);
        Has("has sequence 1, and 2 was seen before", message);
        Has(Nobody, message);

        _scene.Places = ["empty", Nobody];
        Has("version.ini is missing at", (await Assert.ThrowsAsync<SettingsException>(() => _scene.CheckAsync())).Message);
        _scene.Places = [Nobody, Nobody + "/other"];
        Has("can be reached", (await Assert.ThrowsAsync<UnreachableException>(() => _scene.CheckAsync())).Message);
    }

    [Fact]
    public async Task An_expired_place_with_nothing_new_is_passed_over_for_one_that_has_something()
    {
        Publisher.More = "expires = 2026-11-22T00:00:00Z";
        Publisher.Publish("1.0.0", ("app", "old"));
        await _scene.CheckAndInstallAsync();
        _scene.Mirror("frozen");
        Publisher.More = "";
        Publisher.Publish("1.1.0", ("app", "new"));
        (_scene.Places, _scene.Now) = (["frozen", "server"], SignedScene.Noon.AddDays(5));

        Assert.Equal("1.1.0", await OfferedAsync());
    }

    [Fact]
    public async Task A_signed_move_is_remembered_and_asked_first_with_the_url_behind_it()
    {
        Publisher.More = $"moved = {_scene.Server("new-home")}";
        Publisher.Publish("1.0.0", ("app", "old"));
        await _scene.CheckAndInstallAsync();
        Assert.Equal(_scene.Server("new-home"), _scene.Trust.Moved!.Url);
        Publisher.More = "";
        Publisher.Publish("1.1.0", ("app", "new"));
        _scene.Mirror("new-home");
        Publisher.Publish("1.2.0", ("app", "newer, at the old home"));

        Assert.Equal("1.1.0", await OfferedAsync());
        Assert.Equal(_scene.Server("new-home"), _scene.Trust.Moved!.Url);

        Directory.Delete(_scene.Server("new-home"), recursive: true);
        Assert.Equal("1.2.0", await OfferedAsync());
    }

    [Fact]
    public async Task Another_url_in_dato_ini_forgets_a_move()
    {
        Publisher.More = $"moved = {_scene.Server("new-home")}";
        Publisher.Publish("1.0.0", ("app", "old"));
        _scene.Mirror("new-home");
        await _scene.CheckAndInstallAsync();
        Publisher.Publish("1.1.0", ("app", "new"));
        _scene.Mirror("another");
        _scene.Places = ["another"];

        Assert.Equal("1.1.0", await OfferedAsync());
    }

    [Fact]
    public async Task A_move_in_an_untrusted_pointer_is_not_remembered()
    {
        Publisher.More = "moved = ftp://evil.example";
        Publisher.Publish("1.0.0", ("app", "app"));
        await File.WriteAllTextAsync(Publisher.PointerPath, (await File.ReadAllTextAsync(Publisher.PointerPath)).Replace("evil", "Evil", StringComparison.Ordinal));

        await _scene.RefusedAsync();

        Assert.Null(_scene.Trust.Moved);
    }

    [Fact]
    public async Task An_install_that_can_not_be_written_goes_on_without_remembering()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        Directory.CreateDirectory(_scene.Layout.TrustLock);

        Assert.Equal("1.0.0", await OfferedAsync());
        Has("can't be remembered in", _scene.Log.Text);
        Assert.Equal(TrustFile.Empty, _scene.Trust);
    }

    [Fact]
    public async Task Without_keys_a_manifest_is_the_servers_word_where_that_is_allowed_and_is_not_remembered()
    {
        (_scene.Keys, _scene.AllowUnsigned) = ([], true);
        Publisher.Publish("1.0.0", ("app", "app"));

        Assert.Equal("1.0.0", await OfferedAsync());
        Assert.Equal([false], _scene.Offers.Select(offer => offer.IsSigned));
        Assert.Equal(TrustFile.Empty, _scene.Trust);
    }

    [Fact]
    public async Task Without_keys_and_without_that_word_a_signed_release_is_refused()
    {
        _scene.Keys = [];
        Publisher.Publish("1.0.0", ("app", "app"));
        Has("this install knows no keys", await _scene.RefusedAsync());
    }
}
