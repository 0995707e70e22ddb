using System.Globalization;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Releases;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>A thief gave the highest sequence there is: what the publisher is told, and that the way out leads out.</summary>
public sealed class LastSequenceTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Passphrase = "correct horse";

    private readonly PublishScene _scene = new();

    public LastSequenceTests() => Environment.SetEnvironmentVariable(SecretPrompt.PassphraseVariable, Passphrase);

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task After_the_last_sequence_publishing_ends_with_the_way_out_and_new_keys_begin_anew()
    {
        await RunAsync("keygen", "--out", Key("old"));
        await RunAsync("keygen", "--out", Key("new"));
        await PublishAsync(0, "1.0.0", "old");
        _scene.Temp.Write("install/dato.ini", $"""
            [server]
            url = {_scene.Server}
            [install]
            app = {PublishScene.App}
            [trust]
            keys = {Key("old/publisher.pub")}
            recovery = {Key("old/recovery.pub")}
            """);
        Steal();
        Assert.Equal("1.0.0", await CheckAsync()); // the install has seen it
        var before = _scene.Served();

        foreach (var refused in new[] { await PublishAsync(5, "1.1.0", "old"), await ReleaseAsync(5, "halt"), await ReleaseAsync(5, "renew") })
        {
            Assert.Contains(long.MaxValue.ToString(CultureInfo.InvariantCulture), refused, StringComparison.Ordinal);
            Assert.Contains("Put new keys in force with appupdater rotate", refused, StringComparison.Ordinal);
            Assert.Contains("remove releases.ini and every version.ini", refused, StringComparison.Ordinal);
        }

        Assert.Equal(before, _scene.Served());

        await RunAsync(
            "rotate", "--to", _scene.Server, "--app", PublishScene.App, "--trusted", Key("old/publisher.pub"), "--trusted-recovery", Key("old/recovery.pub"),
            "--new-key", Key("new/publisher.pub"), "--sign-with", Key("old/recovery.key"), Key("new/publisher.key"));
        File.Delete(Path.Join(_scene.Server, "releases.ini"));
        File.Delete(Path.Join(_scene.Server, "version.ini"));
        _scene.Write("app.txt", "mine again");
        await PublishAsync(0, "1.1.0", "new");

        Assert.Equal("1.1.0", await CheckAsync());
        Assert.Contains("sequence = 1\n", await File.ReadAllTextAsync(Path.Join(_scene.Server, "version.ini")), StringComparison.Ordinal);
    }

    private string Key(string name) => _scene.Temp[Path.Join("keys", name)];

    /// <summary>The pointer again, by the publisher's own key, with the highest sequence.</summary>
    private void Steal()
    {
        var path = Path.Join(_scene.Server, "version.ini");
        var text = File.ReadAllText(path);
        var signed = text[..text.IndexOf("[signature]", StringComparison.Ordinal)].Replace(
            "sequence = 1\n", string.Create(CultureInfo.InvariantCulture, $"sequence = {long.MaxValue}\n"), StringComparison.Ordinal);
        using var keys = PublisherKeys.Open([Key("old/publisher.key")], [], new SecretPrompt(_ => Passphrase, ask: null));
        File.WriteAllBytes(path, keys.Sign(SignedAs.VersionFile, signed));
    }

    private async Task<string> PublishAsync(int expected, string version, string key)
    {
        _scene.Write("app.txt", version);
        return await EndsAsync(
            expected, "publish", _scene.Build, "--app", PublishScene.App, "--version", version, "--to", _scene.Server, "--key", Key($"{key}/publisher.key"));
    }

    private Task<string> ReleaseAsync(int expected, string verb) => EndsAsync(expected, "release", verb, "--to", _scene.Server, "--key", Key("old/publisher.key"));

    private async Task<string?> CheckAsync()
    {
        await using var updater = UpdateManager.FromSettings(_scene.Temp["install/dato.ini"]);
        return (await updater.CheckAsync())?.To.ToString();
    }

    private static Task<string> RunAsync(params string[] args) => EndsAsync(0, args);

    private static async Task<string> EndsAsync(int expected, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, new Screen(output, error, IsTerminal: false), CancellationToken.None);
        Assert.True(code == expected, $"{string.Join(' ', args)}: {code}, {error}");
        return error.ToString();
    }
}
