using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Planning;

/// <summary>What a server, or whoever sits before it, may try with the pointer, and what the user reads.</summary>
public sealed class SignedPointerAttackTests : IDisposable
{
    private readonly SignedScene _scene = new();

    private TestPublisher Publisher => _scene.Publisher;

    public void Dispose() => _scene.Dispose();

    private static void Has(string part, string message) => Assert.Contains(part, message, StringComparison.Ordinal);

    private string Text(string version = "1.0.0") => Publisher.PointerText(version, Publisher.LayDown(version, ("app", "app"u8.ToArray())));

    [Fact]
    public async Task A_signed_release_is_planned_with_its_files_notes_and_offer()
    {
        Publisher.Notes = "Better.";
        Publisher.More = "minimum = 0.9";
        Publisher.Publish("1.0.0", ("app", "app"));

        var plan = await _scene.CheckAsync();

        Assert.Equal(("1.0.0", "Better.", true), (plan!.To.ToString(), plan.Notes, plan.IsMandatory));
        Assert.Equal("app", Assert.Single(plan.Release.Files).Content!.Path.Value);
        Assert.Equal([true], _scene.Offers.Select(offer => offer.IsSigned));
        Assert.Equal((true, 1), (_scene.Trust.SignedSeen, _scene.Trust.Seen[0].Channels[0].Sequence));
    }

    [Fact]
    public async Task An_older_pointer_put_back_is_refused()
    {
        Publisher.Publish("1.0.0", ("app", "old"));
        var old = await File.ReadAllBytesAsync(Publisher.PointerPath);
        Publisher.Publish("1.1.0", ("app", "new"));
        await _scene.CheckAsync();
        await File.WriteAllBytesAsync(Publisher.PointerPath, old);

        Has("has sequence 1, and 2 was seen before", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Two_pointers_of_one_sequence_are_refused_and_the_same_bytes_are_not()
    {
        Publisher.Publish("1.0.0", ("app", "one"));
        Assert.NotNull(await _scene.CheckAsync());
        Assert.NotNull(await _scene.CheckAsync());
        Publisher.Sequence = 1;
        Publisher.Publish("1.0.1", ("app", "two"));

        Has("says something else", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task A_signature_made_anew_over_the_same_bytes_is_the_same_pointer()
    {
        var text = Text();
        Publisher.Sign(text);
        await _scene.CheckAsync();
        Publisher.Sign(text);

        Assert.NotNull(await _scene.CheckAsync());
    }

    [Fact]
    public async Task Going_back_to_an_older_version_is_a_higher_sequence()
    {
        Publisher.Publish("2.0.0", ("app", "new"));
        await _scene.CheckAndInstallAsync();
        Publisher.Publish("1.0.0", ("app", "old"));

        Assert.Equal("1.0.0", (await _scene.CheckAsync())!.To.ToString());
    }

    [Fact]
    public async Task What_is_installed_is_nothing_to_do_and_costs_no_write()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAndInstallAsync();
        var before = File.GetLastWriteTimeUtc(_scene.Layout.Trust);

        Assert.Null(await _scene.CheckAsync());
        Assert.Equal(before, File.GetLastWriteTimeUtc(_scene.Layout.Trust));
    }

    [Fact]
    public async Task An_expired_pointer_stops_what_is_new_and_nothing_else()
    {
        Publisher.More = "expires = 2026-11-22T00:00:00Z";
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAndInstallAsync();
        _scene.Now = SignedScene.Noon.AddDays(2);

        Assert.Null(await _scene.CheckAsync());
        Has("nobody can tell whether there is something new", _scene.Log.Text);

        Publisher.Publish("1.1.0", ("app", "new"));
        Has("expired at 2026-11-22T00:00:00Z", await _scene.RefusedAsync());
        Assert.Equal(1, _scene.Trust.Seen[0].Channels[0].Sequence);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_make_an_expired_pointer_fresh()
    {
        Publisher.More = "published = 2027-01-01T00:00:00Z";
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAndInstallAsync();
        Publisher.More = "expires = 2026-12-01T00:00:00Z";
        Publisher.Publish("1.1.0", ("app", "new"));

        Has("expired at 2026-12-01", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Another_app_is_refused()
    {
        Publisher.Sign(Text().Replace($"app = {TestPublisher.App}", "app = com.example.other", StringComparison.Ordinal));
        Has("is of app \"com.example.other\"", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Another_platform_is_refused()
    {
        Publisher.Sign(Text().Replace("platform = any", "platform = freebsd-riscv64", StringComparison.Ordinal));
        Has("is for platform \"freebsd-riscv64\"", await _scene.RefusedAsync());
    }

    [Theory]
    [InlineData("channel = beta", "is of channel \"beta\"")]
    [InlineData("", "is of no channel")]
    public async Task The_pointer_of_another_channel_is_refused(string line, string message)
    {
        Publisher.Sign(Text().Replace("channel = stable", line, StringComparison.Ordinal));
        Has(message, await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Sequences_are_remembered_for_each_channel()
    {
        Publisher.Sequence = 50;
        Publisher.Publish("2.0.0", ("app", "new"));
        await _scene.CheckAsync();
        (Publisher.Channel, Publisher.Sequence, _scene.Channel) = ("beta", 3, "beta");
        Publisher.Publish("2.1.0-beta", ("app", "beta"));

        Assert.NotNull(await _scene.CheckAsync());
        Assert.Equal(["stable 50", "beta 3"], _scene.Trust.Seen[0].Channels.Select(seen => $"{seen.Channel} {seen.Sequence}"));
    }

    [Fact]
    public async Task A_pointer_without_sequence_or_manifest_is_refused()
    {
        var text = Text();
        Publisher.Sign(text.Replace("sequence = 1", "", StringComparison.Ordinal));
        Has("has no sequence", await _scene.RefusedAsync());
        Publisher.Sign(text[..text.IndexOf("[files]", StringComparison.Ordinal)]);
        Has("names no manifest", await _scene.RefusedAsync());
    }
}
