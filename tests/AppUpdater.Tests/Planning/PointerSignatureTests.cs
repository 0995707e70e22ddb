using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Releases;
using AppUpdater.Tests.Releases;

namespace AppUpdater.Tests.Planning;

/// <summary>What a server may try with the signature of a pointer, and with what the pointer names.</summary>
public sealed class PointerSignatureTests : IDisposable
{
    private readonly SignedScene _scene = new();

    private TestPublisher Publisher => _scene.Publisher;

    public void Dispose() => _scene.Dispose();

    private static void Has(string part, string message) => Assert.Contains(part, message, StringComparison.Ordinal);

    private string Text(string version = "1.0.0") => Publisher.PointerText(version, Publisher.LayDown(version, ("app", "app"u8.ToArray())));

    [Fact]
    public async Task An_unknown_key_is_refused_with_both_ids()
    {
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Publisher.Sign(Text(), thief);

        var message = await _scene.RefusedAsync();
        Has($"is signed by {PublicKey.Of(thief).Id}, and this install trusts 1 of {Publisher.PublicKey.Id}", message);
        Has("keys/1.ini", message);
    }

    [Fact]
    public async Task The_right_key_over_other_bytes_is_refused()
    {
        Publisher.Sign(Text());
        await File.WriteAllTextAsync(
            Publisher.PointerPath, (await File.ReadAllTextAsync(Publisher.PointerPath)).Replace("sequence = 1", "sequence = 9", StringComparison.Ordinal));
        Has("was changed after it was signed", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task A_signature_of_another_kind_of_file_is_refused()
    {
        await File.WriteAllTextAsync(Publisher.PointerPath, Publisher.Signed(SignedAs.Keys, Text()));
        Has("was changed after it was signed", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task The_malleable_twin_of_a_signature_is_refused()
    {
        var text = Text();
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var signature = PublicKey.Sign(Publisher.Key, SignedAs.Message(SignedAs.VersionFile, Encoding.UTF8.GetBytes(text)));
        var twin = (order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        twin.CopyTo(signature.AsSpan(64 - twin.Length));
        Assert.True(Publisher.Key.VerifyData(SignedAs.Message(SignedAs.VersionFile, Encoding.UTF8.GetBytes(text)), signature, HashAlgorithmName.SHA256));
        await File.WriteAllTextAsync(Publisher.PointerPath, $"{text}[signature]\n1 = {Publisher.PublicKey.Id}, {Convert.ToBase64String(signature)}\n");

        Has("was changed after it was signed", await _scene.RefusedAsync());
    }

    [Theory]
    [InlineData("[files]\nmanifest = a/b, 1, 00\n", "must read N = key id")]
    [InlineData("[signature]\n1 = 9f2c41d0, MEUC\n", "stands there twice")]
    public async Task Nothing_may_follow_the_signature(string more, string message)
    {
        Publisher.Sign(Text());
        await File.AppendAllTextAsync(Publisher.PointerPath, more);
        Has(message, await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Duplicate_keys_are_refused_though_they_are_signed()
    {
        Publisher.More = "sequence = 7";
        Publisher.Sign(Text());
        Has("[version] sequence stands there twice", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task A_stripped_signature_is_refused_whatever_dato_ini_allows()
    {
        _scene.AllowUnsigned = true;
        await File.WriteAllTextAsync(Publisher.PointerPath, Text());
        Has("is not signed", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Where_a_signed_release_was_seen_taking_the_keys_away_opens_nothing()
    {
        Publisher.Publish("1.0.0", ("app", "app"));
        await _scene.CheckAsync();
        (_scene.Keys, _scene.AllowUnsigned) = ([], true);
        await File.WriteAllTextAsync(Publisher.PointerPath, Text("9.0.0"));

        Has("A signed release was seen", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task A_pointer_too_long_is_refused_before_anything_looks_at_it()
    {
        await File.WriteAllBytesAsync(Publisher.PointerPath, new byte[(64 * 1024) + 1]);
        Has("at most 65,536 bytes are expected", await _scene.RefusedAsync());
    }

    [Theory]
    [InlineData("app")]
    [InlineData("version")]
    [InlineData("platform")]
    public async Task A_manifest_of_another_release_is_refused(string what)
    {
        Publisher.Manifest = manifest => what switch
        {
            "app" => manifest with { App = "com.example.other" },
            "version" => manifest with { Version = NuGet.Versioning.NuGetVersion.Parse("0.1") },
            _ => manifest with { Platform = "win" },
        };
        Publisher.Publish("1.0.0", ("app", "app"));
        Has("and version.ini, which names it, of", await _scene.RefusedAsync());
    }

    [Theory]
    [InlineData("dato.ini")]
    [InlineData("DATO.INI")]
    [InlineData("keys/publisher.pub")]
    [InlineData("keys")]
    [InlineData("version.ini")]
    public async Task A_manifest_that_names_what_no_update_may_touch_is_refused(string path)
    {
        _scene.Reserved = [RelativePath.Parse("dato.ini"), RelativePath.Parse("keys/publisher.pub")];
        Publisher.Publish("1.0.0", (path, "mine now"));
        Has("no update may touch", await _scene.RefusedAsync());
    }

    [Fact]
    public async Task Two_keys_of_three_sign_and_one_key_twice_does_not()
    {
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var third = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (_scene.Keys, _scene.Threshold) = ([Publisher.Key, second, third], 2);
        var text = Text();
        Publisher.Sign(text, Publisher.Key, Publisher.Key);
        Has("by 1 of the trusted keys", await _scene.RefusedAsync());
        Publisher.Sign(text, third, Publisher.Key);
        Assert.NotNull(await _scene.CheckAsync());
    }
}
