using AppUpdater.EndToEndTests.BadInput;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The published launcher in front of an app that came from a signed release.</summary>
public sealed class SignedLaunchTests
{
    private const int Limit = 120_000;

    [LinuxTheory(Timeout = Limit)]
    [InlineData("missing", ExitCodes.Server, "content.pack")]
    [InlineData("short", ExitCodes.Untrusted, "is not the file that was signed")]
    public async Task Below_a_signed_minimum_the_app_does_not_start_while_the_update_can_not_be_had(string pack, int expected, string reason)
    {
        await using var scene = await SignedAppScene.StartAsync();
        scene.Configure(update: "enforce_minimum = true");
        var path = Path.Join(scene["server"], PublishWithMinimum(scene), "content.pack");
        var whole = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        if (pack == "short")
            await File.WriteAllBytesAsync(path, whole[..^1]);

        var (code, error) = await SwapScene.RunAsync(scene.Launcher, []);

        Assert.True(code == expected, $"{code}: {error}");
        Assert.Empty(scene.Versions);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("1.0.0 may not run any more: 1.1.0 is the least. Start it again when the update can be had.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("started as it is", error, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(path, whole);
        Assert.Equal(0, (await SwapScene.RunAsync(scene.Launcher, [])).Code);
        Assert.Equal(["1.1.0"], scene.Versions);
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Where_dato_ini_does_not_enforce_it_the_app_starts_below_the_minimum()
    {
        await using var scene = await SignedAppScene.StartAsync();
        File.Delete(Path.Join(scene["server"], PublishWithMinimum(scene), "content.pack"));

        var (code, error) = await SwapScene.RunAsync(scene.Launcher, []);

        Assert.True(code == 11, error);
        Assert.Equal(["1.0.0"], scene.Versions);
        Assert.Contains("The app is started as it is.", error, StringComparison.Ordinal);
    }

    /// <summary>The minimum of a pointer whose signature was cut off is nobody's word.</summary>
    [LinuxFact(Timeout = Limit)]
    public async Task A_minimum_without_its_signature_holds_nothing_back()
    {
        await using var scene = await SignedAppScene.StartAsync();
        scene.Configure(update: "enforce_minimum = true");
        PublishWithMinimum(scene);
        var pointer = scene.Publisher.PointerPath;
        await File.WriteAllTextAsync(pointer, (await File.ReadAllTextAsync(pointer)).Split("[signature]")[0]);

        var (code, error) = await SwapScene.RunAsync(scene.Launcher, []);

        Assert.True(code == 11, error);
        Assert.Equal(["1.0.0"], scene.Versions);
        Assert.Contains("is not signed", error, StringComparison.Ordinal);
    }

    /// <summary>The host's keys are in its code; the launcher does not know them, and dato.ini would allow anything.</summary>
    [LinuxTheory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_host_with_keys_in_its_code_installed_no_launcher_replaces_without_them(bool isSigned)
    {
        await using var scene = await SignedAppScene.StartAsync(hostKeys: true);
        scene.Publish("1.1.0");
        if (!isSigned)
        {
            await File.WriteAllTextAsync(scene.Publisher.PointerPath, $"[version]\nformat = 1\napp = {Tests.Releases.TestPublisher.App}\nversion = 1.1.0\n[files]\nroot = files\n");
            CliScene.Write(Path.Join(scene["server"], "files"), SignedAppScene.Entry, "#!/bin/sh\necho evil >> \"${0%/*}/ran\"\n");
        }

        var (code, error) = await SwapScene.RunAsync(scene.Launcher, []);
        Assert.True(code == 11, error);
        (await CliRun.RunAsync([], CliRun.Program, ["update", "--config", scene.Config])).Is(ExitCodes.Untrusted, "no keys are set");

        Assert.Contains("A signed release was seen in", error, StringComparison.Ordinal);
        Assert.Contains("keys = publisher.pub under [trust]", error, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], scene.Versions);
    }

    private static string PublishWithMinimum(SignedAppScene scene)
    {
        scene.Publisher.More = "minimum = 1.1.0";
        return scene.Publish("1.1.0");
    }
}
