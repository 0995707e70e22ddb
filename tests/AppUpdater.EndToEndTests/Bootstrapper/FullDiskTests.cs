using AppUpdater.EndToEndTests.BadInput;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>An install on a volume of its own that the new version fills to the last byte.</summary>
public sealed class FullDiskTests
{
    [TmpfsFact(Timeout = 60_000)]
    public async Task An_undo_needs_no_space()
    {
        using var disk = new SmallDisk("16m");
        using var scene = new SwapScene(disk["install"]);
        scene.Install("1.0", $"rm '{disk["filler"]}'; touch '{disk["back"]}'"); // what is to be seen is written once there is space
        var swap = scene.Prepare($"cat /dev/zero > '{disk["filler"]}' 2> /dev/null; exit 9");

        var (code, error) = await SwapScene.RunAsync(swap, scene.Apply);

        Assert.Equal(ExitCodes.Undone, code);
        Assert.Contains("Going back to 1.0", error, StringComparison.Ordinal);
        await SwapScene.UntilAsync(() => File.Exists(disk["back"]));
        Assert.Null(scene.Store.Find());
        Assert.False(File.Exists(Path.Join(scene.Layout.Root, "added")));
    }
}
