using System.Diagnostics;

namespace Demo;

/// <summary>Publishes as anyone does: with the command line, signed by a key that never comes near the server.</summary>
internal sealed class Publisher(Narrator narrator, string serverFolder, string keys)
{
    private const string App = "com.example.sampleapp";

    internal string Folder => serverFolder;

    /// <summary>The public halves, which go beside the app.</summary>
    internal IEnumerable<string> PublicKeys => [Path.Join(keys, "publisher.pub"), Path.Join(keys, "recovery.pub")];

    internal Task MakeKeysAsync(CancellationToken ct) => RunAsync(ct, "keygen", "--out", keys);

    internal Task PublishAsync(string version, string build, CancellationToken ct) => RunAsync(
        ct, "publish", build, "--app", App, "--version", version, "--to", serverFolder, "--key", Path.Join(keys, "publisher.key"));

    private async Task RunAsync(CancellationToken ct, params string[] arguments)
    {
        narrator.Tell($"> appupdater {string.Join(' ', arguments.Select(argument => Path.IsPathRooted(argument) ? Path.GetFileName(argument) : argument))}");
        var start = new ProcessStartInfo("dotnet", [Program(), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["APPUPDATER_KEY_PASSPHRASE"] = "of this demo alone";
        using var run = Process.Start(start)!;
        var texts = await Task.WhenAll(run.StandardError.ReadToEndAsync(ct), run.StandardOutput.ReadToEndAsync(ct));
        await run.WaitForExitAsync(ct);
        foreach (var line in texts.SelectMany(text => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
            narrator.Tell($"  {line.TrimEnd()}");
        if (run.ExitCode != 0)
            throw new ClaimException($"appupdater {arguments[0]} ended with exit code {run.ExitCode}; see above.");
    }

    private static string Program() => typeof(Publisher).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), inherit: false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(data => data.Key == "Cli").Value!;
}
