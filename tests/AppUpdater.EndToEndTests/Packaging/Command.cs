using System.Diagnostics;

namespace AppUpdater.EndToEndTests.Packaging;

/// <summary>A command that ran to its end; <see cref="Output"/> is both streams.</summary>
internal sealed record Command(int ExitCode, string Output)
{
    internal static async Task<Command> RunAsync(string program, string folder, CancellationToken ct, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(IsBuildState).ToList())
            start.Environment.Remove(name);
        // Build servers outlive the command and would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return new Command(process.ExitCode, string.Concat(texts));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>As <see cref="RunAsync"/>; the test fails with the output where the command does.</summary>
    internal static async Task<string> SucceedAsync(string program, string folder, CancellationToken ct, params string[] arguments)
    {
        var run = await RunAsync(program, folder, ct, arguments);
        Assert.True(run.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {run.ExitCode}:\n{run.Output}");
        return run.Output;
    }

    /// <summary>What `dotnet test` sets for itself would steer a build started from a test.</summary>
    private static bool IsBuildState(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase);
}
