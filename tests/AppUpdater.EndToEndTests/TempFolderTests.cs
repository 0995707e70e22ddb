using System.Diagnostics;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests;

public sealed class TempFolderTests
{
    [LinuxFact(Timeout = 60_000)]
    public Task It_is_removed_once_who_works_in_it_has_ended() => OutlivesAsync(folder => $"cd '{folder}'; sleep 1; mkdir -p a/b; echo late > a/b/c");

    [LinuxFact(Timeout = 60_000)]
    public Task It_is_removed_once_who_was_told_of_it_has_ended() => OutlivesAsync(folder => $"sleep 1; mkdir -p '{folder}/a'; echo late > '{folder}/a/b'");

    [LinuxFact(Timeout = 60_000)]
    public async Task What_was_left_running_in_a_part_of_it_can_be_ended()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["app"]);
        using var app = Process.Start(new ProcessStartInfo("/bin/sleep", ["600"]) { WorkingDirectory = folder["app"] })!;

        folder.EndThoseIn("app");

        await app.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task OutlivesAsync(Func<string, string> script)
    {
        var folder = new TempFolder();
        using var late = Process.Start("/bin/sh", ["-c", script(folder.Root)]);
        await Task.Delay(TimeSpan.FromMilliseconds(200));

        folder.Dispose();

        await late.WaitForExitAsync();
        Assert.Equal(0, late.ExitCode);
        Assert.False(Directory.Exists(folder.Root));
    }
}
