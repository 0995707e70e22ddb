using System.Text.Json;
using AppUpdater.Cli;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>The command line and a client, from the first keys to others.</summary>
public sealed class RotateTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Passphrase = "correct horse";

    private readonly PublishScene _scene = new();

    public RotateTests() => Environment.SetEnvironmentVariable(SecretPrompt.PassphraseVariable, Passphrase);

    private string[] Target => ["--to", _scene.Server];

    private string[] Trusted => ["--trusted", Key("first/publisher.pub"), "--trusted-recovery", Key("first/recovery.pub")];

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_client_that_slept_through_two_rotations_follows_them_and_only_the_new_key_signs()
    {
        await BeginAsync();
        Assert.Equal("1.0.0", await CheckAsync());

        Assert.Equal(1, (await RotateAsync("second", "first/recovery.key")).GetProperty("number").GetInt32());
        await Assert.ThrowsAsync<UntrustedException>(() => CheckAsync("fresh"));
        Assert.Contains("every install refuses it", await FailsAsync(5, Verify()), StringComparison.Ordinal);
        Assert.Contains("--earlier-key", await FailsAsync(5, ["release", "renew", .. Target, "--key", Key("second/publisher.key")]), StringComparison.Ordinal);
        await RunAsync(["release", "renew", .. Target, "--key", Key("second/publisher.key"), "--earlier-key", Key("first/publisher.pub")]);
        Assert.Equal(1, (await RunAsync(Verify())).GetProperty("keys").GetInt32());

        var third = await RotateAsync("third", "first/recovery.key", "third/recovery.key", "--new-recovery", Key("third/recovery.pub"));
        Assert.Equal(2, third.GetProperty("number").GetInt32());
        _scene.Write("app.txt", "two");
        await RunAsync([.. Publish("1.1.0", "third/publisher.key"), "--earlier-key", Key("second/publisher.pub")]);

        Assert.Equal(("1.1.0", "1.1.0"), (await CheckAsync(), await CheckAsync("fresh")));
        var report = await RunAsync(Verify());
        Assert.Equal((2, 0), (report.GetProperty("keys").GetInt32(), report.GetProperty("problems").GetArrayLength()));
    }

    [Fact(Timeout = Limit)]
    public async Task The_publishers_key_alone_replaces_nothing_where_a_recovery_key_is_named()
    {
        await BeginAsync();
        var before = _scene.Served();

        var refused = await FailsAsync(5, Rotation("second", "first/publisher.key", "second/publisher.key", "second/recovery.key"));

        Assert.Contains("can be replaced by one of the recovery keys", refused, StringComparison.Ordinal);
        Assert.Contains("must be signed by", await FailsAsync(5, Rotation("second", "first/recovery.key", "--new-recovery", Key("second/recovery.pub"))), StringComparison.Ordinal);
        Assert.Equal(before, _scene.Served());
    }

    [Fact(Timeout = Limit)]
    public async Task Without_recovery_keys_as_many_sign_as_sign_a_release_and_the_threshold_stays()
    {
        await BeginAsync();
        string[] rotate =
        [
            "rotate", .. Target, "--app", PublishScene.App, "--trusted", Key("first/publisher.pub"), Key("first/recovery.pub"), "--trusted-threshold", "2", "--json",
        ];
        string[] both = ["--sign-with", Key("first/publisher.key"), Key("first/recovery.key"), Key("second/publisher.key")];

        Assert.Contains("2 different keys must sign", await FailsAsync(3, [.. rotate, "--new-key", Key("second/publisher.pub"), .. both]), StringComparison.Ordinal);
        string[] keys = ["--new-key", Key("second/publisher.pub"), "--new-key", Key("second/recovery.pub")];
        Assert.Contains("can be replaced by 2 of", await FailsAsync(5, [.. rotate, .. keys, .. both[..2], .. both[3..]]), StringComparison.Ordinal);
        Assert.Contains("must be signed by 2 of", await FailsAsync(5, [.. rotate, .. keys, .. both]), StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync([.. rotate, .. keys, .. both, Key("second/recovery.key")])).GetProperty("threshold").GetInt32());
    }

    [Fact(Timeout = Limit)]
    public async Task Keys_that_do_not_fit_the_server_are_refused_and_the_same_again_changes_nothing()
    {
        await BeginAsync();
        var before = _scene.Served();
        var rotate = Rotation("second", "first/recovery.key");
        Assert.Contains("holds the releases of", await FailsAsync(3, [.. rotate.Select(word => word == PublishScene.App ? "com.example.other" : word)]), StringComparison.Ordinal);
        Assert.Contains("holds no release", await FailsAsync(3, [.. rotate.Select(word => word == _scene.Server ? _scene.Temp["empty"] : word)]), StringComparison.Ordinal);
        Assert.Contains(
            "not signed by --trusted", await FailsAsync(5, [.. rotate.Select(word => word == Key("first/publisher.pub") ? Key("third/publisher.pub") : word)]), StringComparison.Ordinal);
        Assert.Equal(before, _scene.Served());

        Assert.True((await RunAsync(rotate)).GetProperty("changed").GetBoolean());
        var after = _scene.Served();
        Assert.False((await RunAsync(rotate)).GetProperty("changed").GetBoolean());
        Assert.Equal(after, _scene.Served());
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_byte_in_the_keys_is_found_on_the_server()
    {
        await BeginAsync();
        await RotateAsync("second", "first/recovery.key");
        await RunAsync(["release", "renew", .. Target, "--key", Key("second/publisher.key"), "--earlier-key", Key("first/publisher.pub")]);
        var file = Path.Join(_scene.Server, "keys/1.ini");
        var right = await File.ReadAllBytesAsync(file);
        for (var at = 0; at < right.Length; at += 17)
        {
            var wrong = right.ToArray();
            wrong[at] ^= 1;
            await File.WriteAllBytesAsync(file, wrong);
            await FailsAsync(5, Verify());
        }

        await File.WriteAllBytesAsync(file, right);
        await RunAsync(Verify());
        await FailsAsync(5, ["verify-server", _scene.Server, "--key", Key("first/publisher.pub"), "--json"]);
    }

    private string Key(string name) => _scene.Temp[Path.Join("keys", name)];

    /// <summary>Three pairs of keys, a release signed by the first, and two installs that came with the first.</summary>
    private async Task BeginAsync()
    {
        foreach (var name in new[] { "first", "second", "third" })
            await RunAsync(["keygen", "--out", Key(name), "--json"]);
        _scene.Write("app.txt", "one");
        await RunAsync(Publish("1.0.0", "first/publisher.key"));
        foreach (var install in new[] { "install", "fresh" })
        {
            _scene.Temp.Write($"{install}/dato.ini", $"""
                [server]
                url = {_scene.Server}
                [install]
                app = {PublishScene.App}
                [trust]
                keys = {Key("first/publisher.pub")}
                recovery = {Key("first/recovery.pub")}
                """);
        }
    }

    private string[] Publish(string version, string key) =>
        ["publish", _scene.Build, "--app", PublishScene.App, "--version", version, .. Target, "--key", Key(key), "--json"];

    private string[] Verify() => ["verify-server", _scene.Server, "--key", Key("first/publisher.pub"), "--recovery", Key("first/recovery.pub"), "--json"];

    /// <param name="name">Whose publisher.pub is to be in force.</param>
    /// <param name="more">Keys that sign, then other options.</param>
    private string[] Rotation(string name, params string[] more) =>
    [
        "rotate", .. Target, "--app", PublishScene.App, .. Trusted, "--new-key", Key($"{name}/publisher.pub"), "--json",
        "--sign-with", .. more.Select(word => word.EndsWith(".key", StringComparison.Ordinal) ? Key(word) : word),
    ];

    private Task<JsonElement> RotateAsync(string name, params string[] more) => RunAsync(Rotation(name, more));

    private async Task<string?> CheckAsync(string install = "install")
    {
        await using var updater = UpdateManager.FromSettings(_scene.Temp[$"{install}/dato.ini"]);
        return (await updater.CheckAsync())?.To.ToString();
    }

    private static async Task<JsonElement> RunAsync(string[] args)
    {
        var (code, output, error) = await CodeAsync(args);
        Assert.True(code == 0, $"{string.Join(' ', args)}: {error}");
        return args.Contains("--json") ? JsonDocument.Parse(output).RootElement : default;
    }

    private static async Task<string> FailsAsync(int expected, string[] args)
    {
        var (code, _, error) = await CodeAsync(args);
        Assert.True(code == expected, $"{string.Join(' ', args)}: {code}, {error}");
        return error;
    }

    private static async Task<(int Code, string Output, string Error)> CodeAsync(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, new Screen(output, error, IsTerminal: false), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
