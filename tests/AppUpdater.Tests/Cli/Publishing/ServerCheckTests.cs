using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Testing;
using NuGet.Versioning;

namespace AppUpdater.Tests.Cli.Publishing;

public sealed class ServerCheckTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly PublishScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_wrong_byte_in_any_file_on_the_server_is_found()
    {
        _scene.Write("app.txt", new string('a', 5_000));
        _scene.Write("noise.bin", PublishScene.Noise(3_000, seed: 1));
        await _scene.PublishAsync("1.0.0");
        Assert.Empty((await _scene.CheckAsync()).Problems);

        foreach (var name in _scene.Served().Keys)
        {
            var path = Path.Join(_scene.Server, name);
            var right = await File.ReadAllBytesAsync(path);
            for (var at = 0; at < right.Length; at += Math.Max(right.Length / 23, 1))
            {
                var wrong = right.ToArray();
                wrong[at] ^= 1;
                await File.WriteAllBytesAsync(path, wrong);
                Assert.NotEmpty((await _scene.CheckAsync()).Problems);
            }

            await File.WriteAllBytesAsync(path, right[..^2]);
            Assert.NotEmpty((await _scene.CheckAsync()).Problems);
            await File.WriteAllBytesAsync(path, right);
        }

        Assert.Empty((await _scene.CheckAsync()).Problems);
    }

    [Fact]
    public async Task An_expiry_is_warned_about_thirty_days_before_and_then_a_problem()
    {
        _scene.Write("app.txt", "one");
        await _scene.PublishAsync(_scene.Request("1.0.0") with { Expires = TimeSpan.FromDays(60) });
        Assert.Empty((await _scene.CheckAsync()).Warnings);
        _scene.Clock.Now = _scene.Clock.Now.AddDays(31);
        Assert.Contains("release renew", Assert.Single((await _scene.CheckAsync()).Warnings), StringComparison.Ordinal);
        _scene.Clock.Now = _scene.Clock.Now.AddDays(30);
        Assert.Contains("expired on", Assert.Single((await _scene.CheckAsync()).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_tree_is_mirrored_with_version_ini_last_and_nothing_else_touched()
    {
        _scene.Write("a.txt", "one");
        _scene.Write("sub/b.txt", "two");
        _scene.Temp.Write("server/mine.txt", "not the mirror's");
        await MirrorAsync("1.0.0");
        Assert.Equal(["files/a.txt", "files/sub/b.txt", "version.ini"], _scene.Target.Uploads);

        _scene.Target.Uploads.Clear();
        File.Delete(Path.Join(_scene.Build, "sub/b.txt"));
        Directory.Delete(Path.Join(_scene.Build, "sub"));
        _scene.Write("c.txt", "three");
        await MirrorAsync("1.1.0");

        Assert.Equal(["files/c.txt", "version.ini"], _scene.Target.Uploads);
        Assert.Equal(["files/a.txt", "files/c.txt", "mine.txt", "version.ini"], _scene.Served().Keys.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Join(_scene.Server, "files/sub")));
        var pointer = AppUpdater.Releases.VersionFileParser.Parse(await File.ReadAllBytesAsync(Path.Join(_scene.Server, "version.ini")), "version.ini");
        Assert.Equal(("1.1.0", "files", false), (pointer.Version.ToString(), pointer.Root!.Value, pointer.IsSigned));
    }

    [Fact]
    public async Task A_plain_tree_never_replaces_signed_releases_nor_they_it()
    {
        _scene.Write("a.txt", "one");
        await _scene.PublishAsync("1.0.0");
        await Assert.ThrowsAsync<SettingsException>(() => MirrorAsync("1.1.0"));
        Assert.True(_scene.Pointer().IsSigned);

        using var plain = new PublishScene();
        plain.Temp.Write("server/version.ini", "[version]\nformat = 1\napp = com.example.app\nversion = 1.0.0\n");
        plain.Write("a.txt", "one");
        Assert.Contains("a plain tree lies there", (await Assert.ThrowsAsync<SettingsException>(() => plain.PublishAsync("1.1.0"))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_account_that_can_write_is_told_and_one_that_can_not_is_fine()
    {
        Directory.CreateDirectory(_scene.Server);
        await using var open = LoopbackFtpServer.Start(_scene.Server, new FtpServerOptions());
        await using var closed = LoopbackFtpServer.Start(_scene.Server, new FtpServerOptions { ReadOnly = true });
        var log = Transport.TransportTestOptions.Create().Log;

        Assert.Contains("can write", await WriteTrial.RunAsync(Dato(open.Url), log, CancellationToken.None), StringComparison.Ordinal);
        Assert.Empty(_scene.Served());
        Assert.Null(await WriteTrial.RunAsync(Dato(closed.Url), log, CancellationToken.None));
    }

    [Fact(Timeout = Limit)]
    public async Task The_command_line_publishes_to_an_FTP_server_lists_and_verifies()
    {
        Directory.CreateDirectory(_scene.Server);
        await using var server = LoopbackFtpServer.Start(_scene.Server, new FtpServerOptions { User = "pub", Password = "s3cret-word" });
        var key = Path.Join(_scene.Temp.Root, "publisher.key");
        PrivateKeyFile.Create(key, _scene.Temp["publisher.pub"], "correct horse");
        Environment.SetEnvironmentVariable(SecretPrompt.PassphraseVariable, "correct horse");
        _scene.Temp.Write("password", "s3cret-word\n");
        _scene.Write("app.txt", "one");
        string[] there = ["--to", server.Url.ToString(), "--user", "pub", "--password-file", _scene.Temp["password"], "--key", key, "--json"];

        var published = await RunAsync(["publish", _scene.Build, "--app", PublishScene.App, "--version", "1.0.0", .. there]);
        Assert.Equal(1, published.GetProperty("sequence").GetInt64());
        var edited = await RunAsync(["release", "rollout", "1.0.0", "25", .. there]);
        Assert.Equal(25, edited[0].GetProperty("rollout").GetInt32());
        var listed = await RunAsync(["release", "list", .. there[..^3], "--key", _scene.Temp["publisher.pub"], "--json"]);
        Assert.Equal("stable", listed[0].GetProperty("channels")[0].GetProperty("channel").GetString());
        Assert.Equal(0, (await RunAsync(["prune", .. there])).GetProperty("files").GetArrayLength());
        var verified = await RunAsync(["verify-server", .. there[1..^3], "--key", _scene.Temp["publisher.pub"], "--json"]);
        Assert.Equal(0, verified.GetProperty("problems").GetArrayLength());
    }

    [Theory(Timeout = Limit)]
    [InlineData("publish . --app a --version 1.0.0 --to x")]
    [InlineData("publish . --app a --version one --to x --key k")]
    [InlineData("publish . --app a --version 1.0.0 --to x --key k --rollout 101")]
    [InlineData("publish . --app a --version 1.0.0 --to x --key k --expires 1y")]
    [InlineData("publish . --app a --version 1.0.0 --to x --key k --channel Ä")]
    [InlineData("release rollout 1.0.0 101 --to x --key k")]
    [InlineData("release promote 1.0.0")]
    [InlineData("prune --keep -1 --to x --key k")]
    [InlineData("prune --grace soon --to x --key k")]
    [InlineData("verify-server x")]
    [InlineData("verify-server x --key k --threshold 9")]
    [InlineData("rotate --to x --app a --trusted k --new-key n")]
    [InlineData("rotate --to x --app a --trusted k --new-key n --sign-with s --threshold 0")]
    public async Task A_command_line_that_can_not_be_understood_is_code_2(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(2, await CommandLine.RunAsync(line.Split(' '), new Screen(output, error, IsTerminal: false), CancellationToken.None));
        Assert.StartsWith("appupdater: ", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RunAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, new Screen(output, error, IsTerminal: false), CancellationToken.None);
        Assert.True(code == 0, error.ToString());
        Assert.DoesNotContain("s3cret-word", error.ToString() + output, StringComparison.Ordinal);
        return JsonDocument.Parse(output.ToString()).RootElement;
    }

    private Task<PlainOutcome> MirrorAsync(string version) => new PlainMirror(_scene.Target, _scene.Clock, _scene.Notes.Add)
        .RunAsync(new PlainRequest(_scene.Build, PublishScene.App, NuGetVersion.Parse(version), RelativePath.Parse("files")), CancellationToken.None);

    private string Dato(Uri url) => _scene.Temp.Write("install/dato.ini", $"""
        [server]
        url = {url}
        [install]
        app = {PublishScene.App}
        [trust]
        allow_unsigned = true
        """);
}
