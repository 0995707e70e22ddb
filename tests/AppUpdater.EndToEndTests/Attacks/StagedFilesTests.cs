using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>Another program changes what was staged, once it was verified and before it goes in: the bootstrapper's own process must see it.</summary>
public sealed class StagedFilesTests
{
    [Theory(Timeout = 180_000)]
    [InlineData("changed")]
    [InlineData("grown")]
    [InlineData("link")]
    [InlineData("removed")]
    public async Task Staged_files_changed_before_the_swap_are_seen_by_the_bootstrapper(string how)
    {
        await using var scene = await AttackScene.StartAsync();
        scene.PublishNext();
        StagedUpdate staged;
        SwapOutcome outcome;
        await using (var updater = UpdateManager.FromSettings(Path.Join(scene.Install, "dato.ini")))
        {
            staged = await updater.StageAsync((await updater.CheckAsync())!);
            Tamper(scene, how);
            outcome = await updater.ApplyAsync(staged);
        }

        Assert.True(outcome.Result is SwapResult.Pending or SwapResult.Undone, $"{outcome.Result}: {outcome.Reason}");
        Assert.Contains(how == "removed" ? "was removed by another program" : "by another program", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Join(scene.Install, "app.txt")));
        Assert.False(File.Exists(Path.Join(scene.Install, "lib/new.txt")));

        await scene.AssertUpdatesAsync();
    }

    private static void Tamper(AttackScene scene, string how)
    {
        var staged = Directory.GetFiles(Path.Join(scene.Install, ".appupdater/swap"), "*", SearchOption.AllDirectories)
            .Single(file => Path.GetFileName(Path.GetDirectoryName(file)) == "new" && File.ReadAllText(file) == "two, and longer");
        var time = File.GetLastWriteTimeUtc(staged);
        if (how == "changed")
            File.WriteAllText(staged, "evil and longer");
        else if (how == "grown")
            File.AppendAllText(staged, "evil");
        else
            File.Delete(staged);
        if (how == "link")
        {
            CliScene.Write(scene["outside"], "evil", "two, and longer");
            File.CreateSymbolicLink(staged, Path.Join(scene["outside"], "evil"));
        }

        // The attacker leaves length and time as they were, where he can.
        if (how == "changed")
            File.SetLastWriteTimeUtc(staged, time);
    }
}
