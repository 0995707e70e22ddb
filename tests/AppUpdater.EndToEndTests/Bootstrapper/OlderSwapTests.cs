using AppUpdater.Handover;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>A swap that an older version prepared, carried out by this one.</summary>
public sealed class OlderSwapTests
{
    [LinuxTheory]
    [InlineData("prepared")]
    [InlineData("applying")]
    public async Task A_swap_that_the_first_version_prepared_is_carried_out(string state)
    {
        using var install = new OlderInstall();
        if (state == "applying")
            File.Move(Path.Join(install.Swap, "journal-prepared"), Path.Join(install.Swap, "journal-applying"));

        var command = OlderInstall.Command(install.Root, state == "prepared" ? BootstrapperVerb.Apply : BootstrapperVerb.Recover);
        var (code, error) = await SwapScene.RunAsync(SwapScene.Bootstrapper, command.ToArguments());

        Assert.True(code == ExitCodes.Done, error);
        install.AssertUpdated();
    }
}
