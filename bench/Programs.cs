using System.Diagnostics;

namespace AppUpdater.Bench;

/// <summary>Other programs of this machine.</summary>
internal static class Programs
{
    internal static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin").Append("/sbin").Select(folder => Path.Join(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs one to its end and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal static async Task<string> RunAsync(string name, IEnumerable<string> arguments, CancellationToken ct)
    {
        var program = Path.IsPathFullyQualified(name) ? name : Find(name) ?? throw new InvalidOperationException($"{name} is not installed");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(ct);
            var output = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
