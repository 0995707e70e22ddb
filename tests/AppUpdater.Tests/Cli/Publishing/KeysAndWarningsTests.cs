using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Cli.Publishing;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Cli.Publishing;

public sealed class KeysAndWarningsTests : IDisposable
{
    private readonly PublishScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_key_opens_with_its_passphrase_only_and_nobody_else_may_read_it()
    {
        var (secret, open) = (_scene.Temp["publisher.key"], _scene.Temp["publisher.pub"]);
        var made = PrivateKeyFile.Create(secret, open, "correct horse");

        using (var key = PrivateKeyFile.Read(secret, "correct horse"))
            Assert.Equal(made, PublicKey.Of(key));
        Assert.Equal(made, PrivateKeyFile.ReadPublic(open));
        var wrong = Assert.Throws<InstallException>(() => PrivateKeyFile.Read(secret, "wrong horse"));
        Assert.Contains("the passphrase is wrong", wrong.Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        var before = File.ReadAllText(secret);
        Assert.Throws<InstallException>(() => PrivateKeyFile.Create(secret, open, "correct horse"));
        Assert.Equal(before, File.ReadAllText(secret));
    }

    [Fact]
    public void A_key_is_stretched_as_often_as_promised()
    {
        PrivateKeyFile.Create(_scene.Temp["k"], _scene.Temp["p"], "correct horse");
        var text = File.ReadAllText(_scene.Temp["k"]);
        var der = Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]);

        // INTEGER, three bytes: the iterations of PBKDF2 in RFC 8018.
        Assert.True(der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x02, 0x03, 0x09, 0x27, 0xC0]) > 0);
        Assert.Equal(600_000, PrivateKeyFile.Iterations);
    }

    [Fact]
    public void A_new_passphrase_is_asked_for_twice_and_has_a_least_length()
    {
        var answers = new Queue<string>(["one passphrase", "one passphrase", "one passphrase", "another one", "short", "short"]);
        var prompt = new SecretPrompt(_ => null, _ => answers.Dequeue());

        Assert.Equal("one passphrase", prompt.NewPassphrase());
        Assert.Contains("differ", Assert.Throws<InstallException>(prompt.NewPassphrase).Message, StringComparison.Ordinal);
        Assert.Contains("at least 8", Assert.Throws<InstallException>(prompt.NewPassphrase).Message, StringComparison.Ordinal);
        Assert.Contains("APPUPDATER_KEY_PASSPHRASE", Assert.Throws<InstallException>(() => new SecretPrompt(_ => null, ask: null).Passphrase("k")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_key_in_the_build_is_refused_whatever_its_name()
    {
        _scene.Write("app.txt", "one");
        _scene.Write("notes.txt", "hello\n-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\n");

        var refused = await Assert.ThrowsAsync<InstallException>(() => _scene.PublishAsync("1.0.0"));

        Assert.Contains("notes.txt is a private key", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_scene.Served());
    }

    [Fact]
    public async Task A_link_is_followed_inside_and_refused_where_it_leads_out()
    {
        _scene.Write("lib.so.1", "the library");
        File.CreateSymbolicLink(Path.Join(_scene.Build, "lib.so"), "lib.so.1");
        await _scene.PublishAsync("1.0.0");
        Assert.Equal(["lib.so", "lib.so.1"], _scene.Manifest().Files.Select(file => file.Path.Value));
        Assert.Single(_scene.Manifest().Blobs);

        _scene.Temp.Write("outside.txt", "not ours");
        File.CreateSymbolicLink(Path.Join(_scene.Build, "out"), _scene.Temp["outside.txt"]);
        Assert.Contains("which is no file inside the build", (await Assert.ThrowsAsync<InstallException>(() => _scene.PublishAsync("1.1.0"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_belong_into_a_release_is_warned_about_or_left_out()
    {
        _scene.Write("dato.ini", "[server]");
        _scene.Write(".appupdater/log", "x");
        _scene.Write("MyApp.pdb", "symbols");
        _scene.Write(".env", "PASSWORD=x");
        _scene.Write("data.zip", PublishScene.Noise(1_000_000, seed: 1));
        _scene.Write("MyApp", Bundle(isCompressed: true));
        _scene.Write("Other", Bundle(isCompressed: false));
        await _scene.PublishAsync("1.0.0");

        Assert.Equal([".env", "MyApp", "MyApp.pdb", "Other", "data.zip"], _scene.Manifest().Files.Select(file => file.Path.Value));
        string[] wanted =
        [
            "dato.ini is left out", ".appupdater is left out", "MyApp.pdb: debug symbols", ".env: a secret", "data.zip: packed already",
            "MyApp: a compressed single-file bundle",
        ];
        Assert.All(wanted, text => Assert.Single(_scene.Notes, note => note.Contains(text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Builds_that_differ_by_a_stamp_only_are_told_and_real_changes_are_not()
    {
        for (var i = 0; i < 4; i++)
            _scene.Write($"part{i}.dll", $"assembly {i} built at 10:00");
        await _scene.PublishAsync("1.0.0");
        for (var i = 0; i < 4; i++)
            _scene.Write($"part{i}.dll", $"assembly {i} built at 11:00");
        await _scene.PublishAsync("1.1.0");
        Assert.Single(_scene.Notes, note => note.Contains("4 of 4 assemblies have other bytes than in 1.0.0", StringComparison.Ordinal));
        _scene.Notes.Clear();
        for (var i = 0; i < 4; i++)
            _scene.Write($"part{i}.dll", $"assembly {i} with something new");
        await _scene.PublishAsync("1.2.0");

        Assert.DoesNotContain(_scene.Notes, note => note.Contains("ContinuousIntegrationBuild", StringComparison.Ordinal));
    }

    /// <summary>The parts of a single-file bundle that tell it is one, in the format of .NET 6 and later.</summary>
    private static byte[] Bundle(bool isCompressed)
    {
        var content = new byte[1_100_000];
        "\x7f"u8.CopyTo(content);
        "ELF"u8.CopyTo(content.AsSpan(1));
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(4096), 1_000_000);
        Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae").CopyTo(content, 4104);
        using var header = new MemoryStream(content, 1_000_000, 100_000);
        using var writer = new BinaryWriter(header, Encoding.UTF8);
        writer.Write(6u);
        writer.Write(0u);
        writer.Write(1);
        writer.Write("bundle-id");
        foreach (var number in new long[] { 1, 2, 3, 4, 0, 500, 5000, isCompressed ? 2500 : 0 })
            writer.Write(number);
        writer.Write((byte)1);
        writer.Write("MyApp.dll");
        return content;
    }
}
