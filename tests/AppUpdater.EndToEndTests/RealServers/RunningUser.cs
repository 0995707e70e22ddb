using System.Diagnostics;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>Who runs this process, as <c>id</c> tells it.</summary>
public static class RunningUser
{
    public static string Of(string option)
    {
        using var process = Process.Start(new ProcessStartInfo("id", [option]) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return said;
    }
}
