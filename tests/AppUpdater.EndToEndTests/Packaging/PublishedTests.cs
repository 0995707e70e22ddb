using System.Diagnostics;
using AppUpdater.EndToEndTests.Bootstrapper;
using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Packaging;

[Collection(DemoTests.Builds)]
public sealed class PublishedTests
{
    private const int Minutes = 60_000;

    private static readonly string Published = Path.Join(PackedFeed.Repository, "artifacts", "bootstrapper-published");

    [Trait("Category", "Long")]
    [LongFact(Timeout = 15 * Minutes)]
    public async Task One_command_publishes_every_bootstrapper_and_the_self_contained_one_swaps_without_an_installed_runtime()
    {
        using var limit = new CancellationTokenSource(15 * Minutes);

        var output = await Command.SucceedAsync(
            "dotnet", PackedFeed.Repository, limit.Token, "build", "src/AppUpdater.Bootstrapper", "-t:PublishAll", "-c", "Release", "-v", "m", "--nologo");

        Assert.DoesNotContain("warning", output, StringComparison.Ordinal);
        foreach (var system in new[] { "linux-x64", "win-x64" })
        {
            var name = system == "win-x64" ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";
            foreach (var kind in new[] { "self-contained", "framework-dependent" })
                Assert.Equal([name], Directory.GetFiles(Path.Join(Published, system, kind)).Select(file => Path.GetFileName(file)));
        }

        if (OperatingSystem.IsLinux())
            await SwapAsync(Path.Join(Published, "linux-x64", "self-contained", "AppUpdater.Bootstrapper"), limit.Token);
    }

    private static async Task SwapAsync(string bootstrapper, CancellationToken ct)
    {
        using var install = new OlderInstall();
        // As in a real swap, what does the work lies in the swap's folder, and is cleared away before it has ended.
        var own = Path.Join(install.Swap, "self-contained");
        File.Copy(bootstrapper, own);
        var start = new ProcessStartInfo(own, OlderInstall.Command(install.Root, BootstrapperVerb.Recover).ToArguments()) { RedirectStandardError = true };
        start.Environment["DOTNET_ROOT"] = start.Environment["DOTNET_ROOT_X64"] = install.Root;
        File.Move(Path.Join(install.Swap, "journal-prepared"), Path.Join(install.Swap, "journal-applying"));
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        Assert.True(process.ExitCode == ExitCodes.Done, error);
        install.AssertUpdated();
    }
}
