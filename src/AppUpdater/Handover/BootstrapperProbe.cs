using System.ComponentModel;
using System.Diagnostics;

namespace AppUpdater.Handover;

/// <summary>
/// Starts a swap's bootstrapper once, for nothing: where it does not run (no .NET runtime, another processor, a volume from which nothing is
/// executed), that must show while the app still runs and not after it has ended for the update.
/// </summary>
internal static class BootstrapperProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <exception cref="InstallException">It does not run; the message says what it said.</exception>
    internal static void Require(string bootstrapper)
    {
        var start = new ProcessStartInfo(bootstrapper, [BootstrapperCommand.Probe])
        {
            UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(bootstrapper)!,
        };
        try
        {
            using var process = Process.Start(start)!;
            var said = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                throw Refusal(bootstrapper, $"it did not end within {Limit.TotalSeconds:0} s", inner: null);
            }

            if (process.ExitCode != ExitCodes.Done)
                throw Refusal(bootstrapper, $"exit code {process.ExitCode}; {PathRules.Show(said.GetAwaiter().GetResult().Trim())}", inner: null);
        }
        catch (Win32Exception e)
        {
            throw Refusal(bootstrapper, e.Message, e);
        }
    }

    private static InstallException Refusal(string bootstrapper, string why, Exception? inner) => new(
        $"The bootstrapper {bootstrapper} does not run here ({why}). It needs the .NET 10 runtime, unless it is a self-contained one, and a volume from which programs may be executed. "
        + "Nothing of the app has changed.", inner);
}
