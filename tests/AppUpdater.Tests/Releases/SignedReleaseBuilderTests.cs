using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using NuGet.Versioning;
using static AppUpdater.Tests.Releases.ReleaseSamples;

namespace AppUpdater.Tests.Releases;

public sealed class SignedReleaseBuilderTests
{
    private static readonly ContentHash Hash = ContentHash.Of("manifest"u8);

    [Fact]
    public void A_release_is_what_the_manifest_says_under_the_name_of_its_hash()
    {
        var release = Build(Manifest("lib/a.dll", "run") with { EmptyFolders = Paths("logs") });

        Assert.Equal($"1.1.0-{Hash.Hex[..16]}", release.Id);
        Assert.Equal(["lib/a.dll", "run"], release.Files.Select(file => file.Path.Value));
        Assert.All(release.Files, file => Assert.Equal((file.Content!.Size, file.Content.Path), (file.Size, file.RemotePath)));
        Assert.Equal("logs", Assert.Single(release.EmptyFolders).Path.Value);
        Assert.NotNull(release.Manifest);
    }

    [Theory]
    [InlineData("version.ini")]
    [InlineData("VERSION.INI")]
    [InlineData("version.ini/below")]
    [InlineData("dato.ini")]
    [InlineData("Dato.Ini")]
    [InlineData("keys/publisher.pub")]
    [InlineData("KEYS")]
    public void A_manifest_that_names_what_no_update_may_touch_is_refused_with_the_name(string path)
    {
        var failure = Assert.Throws<UntrustedException>(() => Build(Manifest("run", path)));

        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_settings_is_refused()
    {
        var failure = Assert.Throws<UntrustedException>(() => Build(Manifest("run") with { EmptyFolders = Paths("dato.ini") }));

        Assert.Contains("dato.ini", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_the_keys_there_is_room_for_files_and_folders()
    {
        Assert.Equal(2, Build(Manifest("keys/readme.txt", "version.ini.bak") with { EmptyFolders = Paths("keys") }).Files.Length);
    }

    [Fact]
    public void A_manifest_of_another_app_version_or_platform_than_its_pointer_is_refused()
    {
        var manifest = Manifest("run");

        Assert.Contains("other", Refusal(manifest with { App = "other" }), StringComparison.Ordinal);
        Assert.Contains("1.0.9", Refusal(manifest with { Version = NuGetVersion.Parse("1.0.9") }), StringComparison.Ordinal);
        Assert.Contains("win-x64", Refusal(manifest with { Platform = "win-x64" }), StringComparison.Ordinal);
    }

    private static string Refusal(ReleaseManifest manifest) => Assert.Throws<UntrustedException>(() => Build(manifest)).Message;

    private static Release Build(ReleaseManifest manifest) => SignedReleaseBuilder.Build(Pointer(), manifest, Paths("dato.ini", "keys/publisher.pub"));

    private static VersionFile Pointer() => VersionFileParser.Parse(
        Encoding.UTF8.GetBytes($"[version]\nformat = 1\napp = app\nversion = 1.1.0\n[files]\nmanifest = releases/1.1.0-x/manifest.json.br, 8, {Hash}\n"), "version.ini");

    private static ReleaseManifest Manifest(params string[] files) => new()
    {
        App = "app",
        Version = NuGetVersion.Parse("1.1.0"),
        Platform = "any",
        Packs = [],
        Blobs = [],
        Files = [.. files.Select(path => new ManifestFile(RelativePath.Parse(path), 0, ContentHash.Of([]), Noon, null, []))],
    };
}
