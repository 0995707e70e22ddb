using System.Diagnostics;
using System.Text;
using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.Testing;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The launcher in a terminal of script(1), which passes on what is typed.</summary>
public sealed class PreRunTerminalTests
{
    private const int Limit = 60_000;
    private const string Hint = "any key starts without it";

    [LinuxFact(Timeout = Limit)]
    public async Task A_key_starts_the_app_at_once_and_what_is_typed_then_is_the_apps()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 20_000 });
        scene.Install("read line; echo \"got $line\"; stty -a | grep -o ' -\\?icanon\\| -\\?echo '; exit 11");
        using var terminal = Start(scene);

        var shown = await ReadUntilAsync(terminal, "\rfetching 2.0: ");
        shown += await ReadUntilAsync(terminal, Hint);
        await terminal.StandardInput.WriteAsync('x');
        shown += await ReadUntilAsync(terminal, "started without the update");
        await SwapScene.UntilAsync(() => scene.Swap.Runs.Length > 0);
        await terminal.StandardInput.WriteLineAsync("typed");
        shown += await terminal.StandardOutput.ReadToEndAsync();
        await terminal.WaitForExitAsync();

        Assert.True(terminal.ExitCode == 11, shown);
        Assert.Contains("got typed", shown, StringComparison.Ordinal);
        Assert.Contains(" icanon", shown, StringComparison.Ordinal);
        Assert.Contains(" echo", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', shown); // no mode of the terminal was switched
    }

    [LinuxFact(Timeout = Limit)]
    public async Task Ctrl_C_while_it_fetches_ends_it_and_starts_nothing()
    {
        await using var scene = new PreRunScene(new FtpServerOptions { Rate = 20_000 });
        using var terminal = Start(scene);

        await ReadUntilAsync(terminal, Hint);
        await terminal.StandardInput.WriteAsync('\x03');
        await terminal.StandardOutput.ReadToEndAsync();
        await terminal.WaitForExitAsync();

        Assert.Equal(ExitCodes.Cancelled, terminal.ExitCode);
        Assert.Empty(scene.Swap.Runs);
    }

    private static Process Start(PreRunScene scene)
    {
        var start = new ProcessStartInfo("env", [PreRunScene.HearsInterrupts, "script", "-q", "-e", "-c", $"'{scene.Launcher}'", "/dev/null"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var terminal = Process.Start(start)!;
        terminal.StandardInput.AutoFlush = true;
        return terminal;
    }

    private static async Task<string> ReadUntilAsync(Process terminal, string end)
    {
        var shown = new StringBuilder();
        var one = new char[1];
        while (!shown.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            Assert.True(await terminal.StandardOutput.ReadAsync(one) == 1, $"It ended after: {shown}");
            shown.Append(one[0]);
        }

        return shown.ToString();
    }
}
