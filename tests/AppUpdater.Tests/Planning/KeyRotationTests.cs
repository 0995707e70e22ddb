using System.Globalization;
using System.Security.Cryptography;
using AppUpdater.Releases;
using AppUpdater.Tests.Releases;
using AppUpdater.Tests.Staging;

namespace AppUpdater.Tests.Planning;

public sealed class KeyRotationTests : IDisposable
{
    private readonly SignedScene _scene = new();
    private readonly List<ECDsa> _made = [];

    private TestPublisher Publisher => _scene.Publisher;

    public void Dispose()
    {
        _scene.Dispose();
        _made.ForEach(key => key.Dispose());
    }

    private ECDsa NewKey()
    {
        _made.Add(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        return _made[^1];
    }

    private static string Info(ECDsa key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    private void Rotate(int place, ECDsa key, ECDsa[] signers, int? number = null, string app = TestPublisher.App, ECDsa? recovery = null)
    {
        Directory.CreateDirectory(Path.Join(_scene.Server(), "keys"));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"[keys]\nformat = 1\napp = {app}\nnumber = {number ?? place}\nthreshold = 1\nkey1 = {Info(key)}\n{(recovery is null ? "" : $"recovery1 = {Info(recovery)}\n")}");
        File.WriteAllText(Path.Join(_scene.Server(), $"keys/{place}.ini"), Publisher.Signed(SignedAs.Keys, text, signers));
    }

    private async Task RefusedAsync(string part) => Assert.Contains(part, await _scene.RefusedAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task A_client_that_slept_through_three_rotations_follows_them()
    {
        Publisher.Publish("1.0.0", ("app", "old"));
        await _scene.CheckAndInstallAsync();
        ECDsa[] keys = [Publisher.Key, NewKey(), NewKey(), NewKey()];
        for (var n = 1; n <= 3; n++)
            Rotate(n, keys[n], [keys[n - 1], keys[n]]);
        Publisher.Key = keys[3];
        Publisher.Publish("1.1.0", ("app", "new"));

        Assert.Equal("1.1.0", (await _scene.CheckAsync())!.To.ToString());
        Assert.Equal(3, _scene.Trust.Keys!.Set.Number);
        keys[0].Dispose();
    }

    [Fact]
    public async Task Once_known_new_keys_are_not_asked_for_again()
    {
        var next = NewKey();
        Rotate(1, next, [Publisher.Key, next]);
        using var old = Publisher.Key;
        Publisher.Key = next;
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAsync();
        Directory.Delete(Path.Join(_scene.Server(), "keys"), recursive: true);
        Publisher.Publish("1.1.0", ("app", "new"));

        Assert.Equal("1.1.0", (await _scene.CheckAsync())!.To.ToString());
    }

    [Fact]
    public async Task A_check_that_finds_nothing_new_asks_for_the_pointer_alone()
    {
        using var server = new ScriptedSource();
        var reference = Publisher.Publish("1.0.0", ("app", "app"));
        foreach (var path in new[] { "version.ini", reference.Path.Value })
            server.Put(path, await File.ReadAllBytesAsync(Path.Join(_scene.Server(), path)));
        _scene.Source = server;
        await _scene.CheckAndInstallAsync();
        Assert.Equal(["version.ini", "keys/1.ini", reference.Path.Value], server.Opened.Select(read => read.Path.Value));
        server.Opened.Clear();

        Assert.Null(await _scene.CheckAsync());
        Assert.Equal(["version.ini"], server.Opened.Select(read => read.Path.Value));
        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task What_replaced_keys_sign_is_refused_at_the_very_first_check_too()
    {
        var next = NewKey();
        Rotate(1, next, [Publisher.Key, next]);
        Publisher.Publish("1.0.0", ("app", "app"));

        await RefusedAsync($"this install trusts 1 of {PublicKey.Of(next).Id}");
    }

    [Fact]
    public async Task Keys_not_signed_by_those_before_are_refused()
    {
        var thief = NewKey();
        Rotate(1, thief, [thief]);
        Publisher.Sign(Pointer(), thief);

        await RefusedAsync("is not signed by those who may replace the keys in force");
        Assert.Null(_scene.Trust.Keys);
    }

    [Fact]
    public async Task Keys_not_signed_by_themselves_are_refused()
    {
        Rotate(1, NewKey(), [Publisher.Key]);
        Publisher.Sign(Pointer());
        await RefusedAsync("is not signed by the keys that it names");
    }

    [Theory]
    [InlineData(2, TestPublisher.App, "its number is 2, and the keys in force have 0")]
    [InlineData(1, "com.example.other", "the keys are of another app")]
    public async Task Keys_of_another_number_or_app_are_refused(int number, string app, string message)
    {
        var next = NewKey();
        Rotate(1, next, [Publisher.Key, next], number, app);
        Publisher.Sign(Pointer(), next);
        await RefusedAsync(message);
    }

    [Fact]
    public async Task A_pointers_signature_does_not_make_a_keys_file()
    {
        var next = NewKey();
        Directory.CreateDirectory(Path.Join(_scene.Server(), "keys"));
        var text = $"[keys]\nformat = 1\napp = {TestPublisher.App}\nnumber = 1\nthreshold = 1\nkey1 = {Info(next)}\n";
        await File.WriteAllTextAsync(Path.Join(_scene.Server(), "keys/1.ini"), Publisher.Signed(SignedAs.VersionFile, text, Publisher.Key, next));
        Publisher.Sign(Pointer(), next);
        await RefusedAsync("is not signed by those who may replace");
    }

    [Fact]
    public async Task A_thief_with_the_publishers_key_and_no_recovery_key_can_replace_nothing()
    {
        var recovery = NewKey();
        var thief = NewKey();
        _scene.Recovery = [recovery];
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAsync();
        Rotate(1, thief, [Publisher.Key, thief]);
        Publisher.Sign(Pointer("1.1.0"), thief);

        await RefusedAsync($"one of the recovery keys {PublicKey.Of(recovery).Id}");
        Assert.Equal(0, _scene.Trust.Keys!.Set.Number);

        // The owner can: with the recovery key alone.
        var next = NewKey();
        Rotate(1, next, [recovery], recovery: recovery);
        Publisher.Sign(Pointer("1.1.0"), next);
        Assert.NotNull(await _scene.CheckAsync());
        Assert.Equal(1, _scene.Trust.Keys!.Set.Number);
    }

    [Fact]
    public async Task After_a_fast_forward_new_keys_make_the_install_usable_again()
    {
        using var stolen = Publisher.Key;
        Publisher.More = "published = 9999-01-01T00:00:00Z";
        Publisher.Sequence = long.MaxValue;
        Publisher.Sign(Pointer("66.6.0"));
        await _scene.CheckAndInstallAsync();
        var next = NewKey();
        Rotate(1, next, [stolen, next]);
        (Publisher.Key, Publisher.Sequence, Publisher.More) = (next, 18, "expires = 2027-11-21T10:00:00Z");
        Publisher.Publish("1.2.0", ("app", "ours again"));

        Assert.Equal("1.2.0", (await _scene.CheckAsync())!.To.ToString());
        Publisher.Sequence = 17;
        Publisher.Publish("1.1.0", ("app", "older"));
        await RefusedAsync("has sequence 17, and 18 was seen before");
    }

    [Fact]
    public async Task Keys_that_are_configured_anew_begin_anew()
    {
        using var first = Publisher.Key;
        Publisher.Sequence = 500;
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAsync();
        Publisher.Key = NewKey();
        (_scene.Keys, Publisher.Sequence) = ([Publisher.Key], 1);
        Publisher.Publish("1.1.0", ("app", "new"));

        Assert.Equal("1.1.0", (await _scene.CheckAsync())!.To.ToString());
    }

    private string Pointer(string version = "1.0.0") => Publisher.PointerText(version, Publisher.LayDown(version, ("app", "app"u8.ToArray())));
}
