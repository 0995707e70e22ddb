using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Releases;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>Somebody with the server, but not the keys, wants his own program installed.</summary>
public sealed class ArbitrarySoftwareTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task A_release_signed_by_an_unknown_key_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        scene.Publisher.Sign(scene.EvilPointer(), thief);

        await scene.RefusedAsync($"is signed by {PublicKey.Of(thief).Id}", $"trusts 1 of {scene.Publisher.PublicKey.Id}", "somebody else wrote this file");

        scene.PublishNext();
        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_pointer_changed_after_it_was_signed_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        var pointer = await File.ReadAllTextAsync(scene.Publisher.PointerPath);
        var lines = pointer[pointer.IndexOf(SignedBytes.Marker, StringComparison.Ordinal)..];
        scene.Serve("version.ini", scene.EvilPointer() + lines);

        await scene.RefusedAsync("was changed after it was signed", "ask who can write to the server");
    }

    [Fact(Timeout = Limit)]
    public async Task A_signature_over_another_kind_of_file_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.Serve("version.ini", scene.Publisher.Signed(SignedAs.Keys, scene.EvilPointer()));

        await scene.RefusedAsync("was changed after it was signed");
    }

    [Fact(Timeout = Limit)]
    public async Task The_malleable_twin_of_a_signature_is_refused()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishNext();
        var text = scene.Publisher.PointerText("1.1.0", scene.PublishNext());
        var message = SignedAs.Message(SignedAs.VersionFile, Encoding.UTF8.GetBytes(text));
        var twin = Twin(PublicKey.Sign(scene.Publisher.Key, message));
        Assert.True(scene.Publisher.Key.VerifyData(message, twin, HashAlgorithmName.SHA256), "It is a signature to those who do not look.");
        scene.Serve("version.ini", $"{text}[signature]\n1 = {scene.Publisher.PublicKey.Id}, {Convert.ToBase64String(twin)}\n");

        await scene.RefusedAsync("was changed after it was signed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stripped_signature_is_refused_whatever_dato_ini_allows()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.TrustLines = "allow_unsigned = true";
        scene.Configure();
        scene.Serve("version.ini", scene.EvilPointer());

        await scene.RefusedAsync("is not signed", "whatever allow_unsigned says");
    }

    [Fact(Timeout = Limit)]
    public async Task A_plain_tree_in_the_place_of_a_signed_release_is_refused_though_the_keys_are_gone()
    {
        await using var scene = await AttackScene.StartAsync();
        (scene.TrustedKeys, scene.TrustLines) = ("", "allow_unsigned = true");
        scene.Configure();
        scene.Serve("version.ini", $"[version]\nformat = 1\napp = {Tests.Releases.TestPublisher.App}\nversion = 6.6.6\n");
        scene.Serve("app.txt", "evil");

        await scene.RefusedAsync("A signed release was seen in", "Name the publisher's .pub file again");
    }

    [Theory(Timeout = Limit)]
    [InlineData("[files]\nmanifest = evil/manifest.json.br, 1, 00\n", "must read N = key id, signature in base64")]
    [InlineData("[signature]\n1 = 9f2c41d09f2c41d0, MEUC\n", "the line [signature] stands there twice")]
    public async Task A_section_or_a_second_signature_behind_the_signature_is_refused(string more, string says)
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishNext();
        await File.AppendAllTextAsync(scene.Publisher.PointerPath, more);

        await scene.RefusedAsync(says, "It is not used");
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_that_stands_there_twice_is_refused_though_it_is_signed()
    {
        await using var scene = await AttackScene.StartAsync();
        scene.Publisher.More = "sequence = 70";
        scene.PublishNext();

        await scene.RefusedAsync("[version] sequence stands there twice");
    }

    private static byte[] Twin(byte[] signature)
    {
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var other = (order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        other.CopyTo(signature.AsSpan(64 - other.Length));
        return signature;
    }
}
