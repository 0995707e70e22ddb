using System.Diagnostics;
using System.Reflection;

namespace AppUpdater.EndToEndTests.BadInput;

/// <summary>How a run of <c>appupdater</c> ended; <see cref="Output"/> is both streams.</summary>
internal sealed record CliRun(int Code, string Output)
{
    /// <summary>The command line as it was built.</summary>
    internal static string Program { get; } =
        typeof(CliRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(tag => tag.Key == "Cli").Value!;

    /// <summary>Runs <c>dotnet appupdater.dll …</c>; <paramref name="before"/> is what runs it, such as setpriv with its options.</summary>
    internal static async Task<CliRun> RunAsync(IEnumerable<string> before, string program, IEnumerable<string> arguments)
    {
        string[] line = [.. before, "dotnet", program, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var texts = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        // The streams stay open as long as the bootstrapper runs that the command line started.
        return new CliRun(process.ExitCode, string.Concat(await texts));
    }

    /// <summary>Ended with this code, said all this, and showed no stack trace.</summary>
    internal CliRun Is(int code, params string[] says)
    {
        Assert.True(Code == code, $"It ended with {Code} instead of {code} and said:\n{Output}");
        Assert.All(says, text => Assert.Contains(text, Output, StringComparison.Ordinal));
        Assert.All(["   at ", "Unhandled", "Unexpected:"], trace => Assert.DoesNotContain(trace, Output, StringComparison.Ordinal));
        return this;
    }
}
