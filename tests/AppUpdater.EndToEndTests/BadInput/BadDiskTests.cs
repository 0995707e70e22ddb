using System.Runtime.Versioning;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.BadInput;

public sealed class BadDiskTests
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    [LinuxFact(Timeout = 60_000)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_read_only_install_is_told_by_its_folder_before_anything_is_fetched()
    {
        await using var scene = new CliScene { Before = ModesMatter() };
        using (new ModesOf(scene.Install, ReadOnly))
        {
            (await scene.RunAsync("check")).Is(10, "1.1");
            (await scene.RunAsync("update")).Is(6, scene.Install, "denied", "has to be writable");
        }

        AssertNothingFetched(scene);
        await scene.AssertUpdatesAsync();
    }

    [LinuxFact(Timeout = 60_000)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_read_only_folder_in_the_install_is_told_before_anything_is_fetched()
    {
        await using var scene = new CliScene { Before = ModesMatter() };
        CliScene.Write(scene.Served, "lib/same.txt", "not the same any more");
        using (new ModesOf(Path.Join(scene.Install, "lib"), ReadOnly))
            (await scene.RunAsync("update")).Is(6, Path.Join(scene.Install, "lib"), "has to be writable");

        AssertNothingFetched(scene);
        await scene.AssertUpdatesAsync();
    }

    [LinuxFact(Timeout = 60_000)]
    [UnsupportedOSPlatform("windows")]
    public async Task What_an_administrator_left_in_the_updaters_folder_is_told_before_anything_is_fetched()
    {
        await using var scene = new CliScene { Before = ModesMatter() };
        var own = Path.Join(scene.Install, ".appupdater");
        foreach (var name in new[] { "", "staging", "swap", "backups" })
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.Join(own, name));
            Directory.CreateDirectory(folder);
            using (new ModesOf(folder, ReadOnly))
            {
                (await scene.RunAsync("update")).Is(6, folder, "denied", "write access");
                (await scene.RunAsync("check")).Is(10, "1.1");
            }
        }

        foreach (var name in new[] { "lock", "running" })
        {
            var file = Path.Join(own, name);
            await File.WriteAllTextAsync(file, "");
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
            (await scene.RunAsync("update")).Is(6, file, "denied", "write access");
            (await scene.RunAsync("status")).Is(0);
            File.Delete(file);
        }

        AssertNothingFetched(scene);
        await scene.AssertUpdatesAsync();
    }

    [TmpfsFact(Timeout = 60_000)]
    public async Task A_read_only_volume_is_told_before_anything_is_fetched()
    {
        using var disk = new SmallDisk("16m");
        await using var scene = new CliScene(install: disk["install"]);
        disk.Remount("ro");

        (await scene.RunAsync("check")).Is(10, "1.1");
        (await scene.RunAsync("update")).Is(6, scene.Install, "Read-only file system", "write access");
        (await scene.RunAsync("rollback")).Is(6, scene.Install, "write access");
        (await scene.RunAsync("status")).Is(0);

        AssertNothingFetched(scene);
        disk.Remount("rw");
        await scene.AssertUpdatesAsync();
    }

    [TmpfsFact(Timeout = 60_000)]
    public async Task A_disk_too_small_is_told_with_what_is_missing_before_anything_is_fetched()
    {
        using var disk = new SmallDisk("1m");
        await using var scene = new CliScene(install: disk["install"]);
        CliScene.Write(scene.Served, CliScene.Big, new string('y', 2_000_000));

        (await scene.RunAsync("update")).Is(6, "bytes free", "are missing", "nothing was changed");

        AssertNothingFetched(scene);
    }

    [TmpfsFact(Timeout = 90_000)]
    public async Task A_disk_that_fills_up_in_the_middle_loses_nothing_and_the_update_goes_through_once_there_is_space()
    {
        using var disk = new SmallDisk("16m");
        await using var scene = new CliScene(install: disk["install"]);
        scene.Faults.BeforeRetrieve = path =>
        {
            if (path == CliScene.Big)
                disk.Fill();
        };

        (await scene.RunAsync("update")).Is(6, "The disk is full", disk.Root, "Free some space");

        scene.AssertUntouched();
        disk.Empty();
        scene.Faults.Clear();
        await scene.AssertUpdatesAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_missing_bootstrapper_is_told_with_the_places_before_anything_is_fetched()
    {
        using var tool = new TempFolder("appupdater-tool-");
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(CliRun.Program)!))
            File.Copy(file, Path.Join(tool.Root, Path.GetFileName(file)));
        File.Delete(Path.Join(tool.Root, OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper"));
        await using var scene = new CliScene { Cli = Path.Join(tool.Root, Path.GetFileName(CliRun.Program)) };

        (await scene.RunAsync("update")).Is(6, "bootstrapper", scene.Install, tool.Root, "Ship it beside the app");

        AssertNothingFetched(scene);
    }

    /// <summary>Root ignores modes by two capabilities; setpriv (util-linux, on every Debian) takes them away.</summary>
    private static string[] ModesMatter() =>
        Environment.IsPrivilegedProcess
            ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]
            : [];

    private static void AssertNothingFetched(CliScene scene)
    {
        Assert.All(scene.Asked("RETR"), command => Assert.Equal("RETR /version.ini", command));
        scene.AssertUntouched();
    }
}
