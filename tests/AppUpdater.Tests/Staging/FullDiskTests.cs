using System.Diagnostics;
using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Staging;

/// <summary>A volume of four mebibytes, mounted for real.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        Run("umount", _folder.Root);
        _folder.Dispose();
    }

    [RootOnLinuxTheory(Timeout = 30_000)]
    [InlineData(8_000_000, 0)]
    [InlineData(2_500_000, 2_500_000)]
    public async Task A_disk_that_fills_up_is_an_error_that_says_so_and_nothing_is_fetched_in_vain(int size, int taken)
    {
        Assert.True(Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _folder.Root), "a small volume can be mounted here");
        if (taken > 0)
            await File.WriteAllBytesAsync(_folder["others"], new byte[taken]);
        using var source = new ScriptedSource().Put("app", new byte[size]);
        var engine = new DownloadEngine(
            source, new InstallLayout(_folder.Root), new FileSystem(), DurableFiles.ForThisSystem(),
            new StagingOptions { Connections = 1 }, TimeProvider.System, NullLogger.Instance);

        var failure = await Assert.ThrowsAsync<InstallException>(async () => await engine.FetchAsync(
            await Plans.FetchingAllOfAsync(source), new ProgressMeter(null, TimeProvider.System), default));

        Assert.Contains("The disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Empty(source.Opened);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
