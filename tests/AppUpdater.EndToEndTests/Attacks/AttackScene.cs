using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Releases;
using AppUpdater.Testing;
using AppUpdater.Tests;
using AppUpdater.Tests.Releases;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>
/// An install of 1.0.0 that the command line made from a signed release, and the server it came from, now in an attacker's hands.
/// After a refusal not a file of the install has changed, and nothing waits to be swapped in.
/// </summary>
internal sealed class AttackScene : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private SortedDictionary<string, string> _before = [];

    private AttackScene()
    {
        Publisher = new TestPublisher(Served);
        Server = LoopbackFtpServer.Start(Served);
        Url = Server.Url.ToString();
        Directory.CreateDirectory(Path.Join(Install, "keys"));
        WriteKey(Publisher.Key, "publisher");
    }

    internal TestPublisher Publisher { get; }

    internal LoopbackFtpServer Server { get; }

    internal string Served => this["served"];

    internal string Install => this["install"];

    internal string this[string name] => _folder[name];

    internal string Url { get; set; }

    /// <summary>More lines of [server] and of [trust].</summary>
    internal string ServerLines { get; set; } = "";

    internal string TrustLines { get; set; } = "";

    internal string TrustedKeys { get; set; } = "keys/publisher.pub";

    internal string[] Before { get; set; } = [];

    internal static async Task<AttackScene> StartAsync(Action<AttackScene>? prepare = null)
    {
        var scene = new AttackScene();
        prepare?.Invoke(scene);
        scene.Publisher.Publish("1.0.0", ("app.txt", "one"), ("lib/same.txt", "same"));
        CliScene.Write(scene.Install, "notes/my año.txt", "the user's own");
        scene.Configure();
        (await scene.RunAsync("update")).Is(0, "1.0.0");
        scene.Configure();
        return scene;
    }

    /// <summary>Writes dato.ini; from here on the install is to stay as it is.</summary>
    internal void Configure()
    {
        File.WriteAllText(Path.Join(Install, "dato.ini"), $"""
            [server]
            url = {Url.Replace("%", "%%", StringComparison.Ordinal)}
            {ServerLines}
            [install]
            app = {TestPublisher.App}
            [trust]
            keys = {TrustedKeys}
            {TrustLines}

            """);
        _before = Tree();
    }

    internal void WriteKey(ECDsa key, string name) =>
        File.WriteAllText(Path.Join(Install, $"keys/{name}.pub"), PemEncoding.WriteString("PUBLIC KEY", PublicKey.Of(key).Info.AsSpan()));

    /// <summary>What an honest publisher has next.</summary>
    internal ManifestReference PublishNext() => Publisher.Publish("1.1.0", ("app.txt", "two, and longer"), ("lib/same.txt", "same"), ("lib/new.txt", "new"));

    /// <summary>The pointer of a release with an attacker's files, not signed by anybody.</summary>
    internal string EvilPointer() => Publisher.PointerText("6.6.6", Publisher.LayDown("6.6.6", ("app.txt", "evil"u8.ToArray())));

    /// <summary>Puts a file on the server.</summary>
    internal void Serve(string path, string text) => CliScene.Write(Served, path, text);

    /// <summary>keys/N.ini: one key, signed by these.</summary>
    internal void Rotate(int number, ECDsa key, params ECDsa[] signers) => Serve(
        string.Create(CultureInfo.InvariantCulture, $"keys/{number}.ini"),
        Publisher.Signed(
            SignedAs.Keys,
            string.Create(CultureInfo.InvariantCulture, $"[keys]\nformat = 1\napp = {TestPublisher.App}\nnumber = {number}\nthreshold = 1\nkey1 = {Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}\n"),
            signers));

    /// <summary>A manifest of exactly this JSON, and a pointer that the publisher's key signed: a key was stolen, or a tool went wrong.</summary>
    internal void PublishJson(string json)
    {
        var room = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length * 2)];
        Assert.True(BrotliEncoder.TryCompress(Encoding.UTF8.GetBytes(json), room, out var length));
        PublishManifest(room[..length]);
    }

    internal void PublishManifest(byte[] compressed)
    {
        Directory.CreateDirectory(Path.Join(Served, "releases/raw"));
        File.WriteAllBytes(Path.Join(Served, "releases/raw/manifest.json.br"), compressed);
        var reference = new ManifestReference(RelativePath.Parse("releases/raw/manifest.json.br"), compressed.Length, ContentHash.Of(compressed));
        Publisher.Sign(Publisher.PointerText("1.1.0", reference));
        Publisher.Sequence++;
    }

    internal Task<CliRun> RunAsync(string verb, params string[] more) =>
        CliRun.RunAsync(Before, CliRun.Program, [verb, "--config", Path.Join(Install, "dato.ini"), .. more]);

    /// <summary>The update ends with 5 and says all this, and nothing has changed.</summary>
    internal Task RefusedAsync(params string[] says) => EndsAsync(5, says);

    internal async Task EndsAsync(int code, params string[] says)
    {
        (await RunAsync("update")).Is(code, says);
        AssertUntouched();
    }

    internal void AssertUntouched()
    {
        Assert.Equal(_before, Tree());
        var swaps = Path.Join(Install, ".appupdater/swap");
        Assert.Empty(Directory.Exists(swaps) ? Directory.EnumerateFiles(swaps, "journal-prepared", SearchOption.AllDirectories) : []);
    }

    /// <summary>The honest release goes in, and is exactly the publisher's.</summary>
    internal async Task AssertUpdatesAsync()
    {
        (await RunAsync("update")).Is(0, "1.1.0");
        var tree = Tree();
        Assert.Equal(("two, and longer", "same", "new"), (tree["app.txt"], tree["lib/same.txt"], tree["lib/new.txt"]));
        Assert.Equal("the user's own", tree["notes/my año.txt"]);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Publisher.Dispose();
        _folder.Dispose();
    }

    private SortedDictionary<string, string> Tree() => new(
        Directory.EnumerateFiles(Install, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(Install, path).Replace('\\', '/')))
            .Where(file => !file.Name.StartsWith(".appupdater/", StringComparison.Ordinal) || file.Name == ".appupdater/installed.json")
            .ToDictionary(file => file.Name, file => File.ReadAllText(file.Path)),
        StringComparer.Ordinal);
}
