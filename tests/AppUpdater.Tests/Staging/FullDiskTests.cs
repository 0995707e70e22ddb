using System.Diagnostics;
using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace AppUpdater.Tests.Staging;

/// <summary>A volume of one mebibyte, mounted for real; that takes root on Linux.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        Run("umount", _folder.Root);
        _folder.Dispose();
    }

    [Theory(Timeout = 30_000)]
    [InlineData(2_000_000, 0)]
    [InlineData(600_000, 600_000)]
    public async Task A_disk_that_fills_up_is_an_error_that_says_so_and_nothing_is_fetched_in_vain(int size, int taken)
    {
        if (!OperatingSystem.IsLinux() || !Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder.Root))
        {
            output.WriteLine("SKIPPED: mounting a small volume takes root on Linux.");
            return;
        }

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
