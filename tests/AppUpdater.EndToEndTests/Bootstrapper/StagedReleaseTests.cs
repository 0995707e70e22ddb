using AppUpdater.Core.Swap;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>
/// A signed release that somebody changed on the disk between staging and swap, and the published bootstrapper: it refuses, says why, and
/// starts the app in the version that was there.
/// </summary>
public sealed class StagedReleaseTests
{
    private const int Limit = 120_000;

    [LinuxTheory(Timeout = Limit)]
    [InlineData("a byte and the journal", "The staged update places lib/core with SHA-256")]
    [InlineData("the entry and the journal", "The staged update places my app with SHA-256")]
    [InlineData("the manifest", "manifest.json.br of the staged update is not the file that release.ini names")]
    [InlineData("the signature", "release.ini of the staged update")]
    [InlineData("no pointer", "release.ini is missing")]
    public async Task What_nobody_signed_is_refused_and_the_app_starts_in_its_old_version(string what, string says)
    {
        await using var scene = await SignedAppScene.StartAsync();
        scene.Publish("1.1.0");
        var swap = await scene.StageAsync();
        Tamper(scene, swap, what);

        var (code, error) = await scene.ApplyAsync(swap);

        Assert.True(code == ExitCodes.Untrusted, $"{code}: {error}");
        Assert.Contains("The update to 1.1.0 was dropped", error, StringComparison.Ordinal);
        Assert.Contains(says, error, StringComparison.Ordinal);
        await AssertStillOldAsync(scene, says);
        await AssertGoesInAnewAsync(scene);
    }

    /// <summary>The journal is right and a file is not: whose fault that is nobody knows, so it is staged again.</summary>
    [LinuxFact(Timeout = Limit)]
    public async Task One_byte_of_a_staged_file_is_seen_and_the_app_starts_in_its_old_version()
    {
        await using var scene = await SignedAppScene.StartAsync();
        scene.Publish("1.1.0");
        var swap = await scene.StageAsync();
        scene.Flip(swap, SignedAppScene.Library, withJournal: false);

        var (code, error) = await scene.ApplyAsync(swap);

        Assert.True(code == ExitCodes.Undone, $"{code}: {error}");
        Assert.Contains("was changed by another program", error, StringComparison.Ordinal);
        await AssertStillOldAsync(scene, "by another program");
        await AssertGoesInAnewAsync(scene);
    }

    /// <summary>Nobody signed a backup; what was unpacked from it is held against its hashes all the same.</summary>
    [LinuxFact(Timeout = Limit)]
    public async Task One_byte_of_a_staged_rollback_is_seen_and_the_app_starts_as_it_was()
    {
        await using var scene = await SignedAppScene.StartAsync();
        scene.Publish("1.1.0");
        await AssertGoesInAnewAsync(scene);
        var back = await scene.StageAsync(isRollback: true);
        scene.Flip(back, SignedAppScene.Library, withJournal: false);

        var (code, error) = await scene.ApplyAsync(back);

        Assert.True(code == ExitCodes.Undone, $"{code}: {error}");
        Assert.Contains("by another program", error, StringComparison.Ordinal);
        Assert.Equal("core of 1.1.0", await File.ReadAllTextAsync(Path.Join(scene.Layout.Root, SignedAppScene.Library)));
        Assert.Equal("1.1.0", scene.Versions[^1]);
        await scene.ApplyAsync(await scene.StageAsync(isRollback: true));
        Assert.Equal("1.0.0", scene.Versions[^1]);
    }

    private static async Task AssertStillOldAsync(SignedAppScene scene, string says)
    {
        Assert.Equal(["1.0.0"], scene.Versions);
        Assert.Equal("core of 1.0.0", await File.ReadAllTextAsync(Path.Join(scene.Layout.Root, SignedAppScene.Library)));
        Assert.Equal(SwapResult.Undone, scene.Outcome!.Result);
        Assert.Contains(says, scene.Outcome.Reason, StringComparison.Ordinal);
        Assert.Null(new SwapStore(scene.Files, scene.Layout).Find());
    }

    private static async Task AssertGoesInAnewAsync(SignedAppScene scene)
    {
        var (code, error) = await scene.ApplyAsync(await scene.StageAsync());

        Assert.True(code == 0, $"{code}: {error}");
        Assert.NotEqual("1.0.0", scene.Versions[^1]);
    }

    private static void Tamper(SignedAppScene scene, FoundSwap swap, string what)
    {
        var pointer = Path.Join(swap.Directory, StagedRelease.Pointer);
        switch (what)
        {
            case "a byte and the journal": scene.Flip(swap, SignedAppScene.Library, withJournal: true); break;
            case "the entry and the journal": scene.Flip(swap, SignedAppScene.Entry, withJournal: true); break;
            case "the manifest": File.Copy(Path.Join(scene["server"], $"{scene.Publish("1.2.0")}/manifest.json.br"), Path.Join(swap.Directory, StagedRelease.Manifest), overwrite: true); break;
            case "the signature": File.WriteAllText(pointer, File.ReadAllText(pointer).Split("[signature]")[0]); break;
            default: File.Delete(pointer); break;
        }
    }
}
