using System.Diagnostics;

namespace Demo;

/// <summary>SampleApp, built in several versions from its own sources, as an integrator would publish it.</summary>
internal sealed class SampleBuilds(string folder)
{
    internal string this[string version] => Path.Join(folder, version);

    internal async Task BuildAsync(string version, bool isBroken, CancellationToken ct)
    {
        string[] arguments =
        [
            "publish", Project(), "-c", "Release", "-o", this[version], $"-p:SampleVersion={version}", $"-p:Broken={isBroken}", "-p:DebugType=none", "-v", "quiet", "--nologo",
        ];
        var start = new ProcessStartInfo("dotnet", arguments);
        // What "dotnet run" sets for itself would steer this build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var build = Process.Start(start)!;
        try
        {
            await build.WaitForExitAsync(ct);
        }
        finally
        {
            if (!build.HasExited)
                build.Kill(entireProcessTree: true);
        }

        if (build.ExitCode != 0)
            throw new ClaimException($"Building SampleApp {version} failed with exit code {build.ExitCode}; see above.");
        // Each install has a dato.ini of its own: releases are without.
        File.Delete(Path.Join(this[version], "dato.ini"));
    }

    internal static string Project()
    {
        for (var above = AppContext.BaseDirectory; above is not null; above = Path.GetDirectoryName(above))
        {
            var project = Path.Join(above, "samples", "SampleApp", "SampleApp.csproj");
            if (File.Exists(project))
                return project;
        }

        throw new ClaimException($"No samples/SampleApp above {AppContext.BaseDirectory}; run the demo from its sources.");
    }
}
