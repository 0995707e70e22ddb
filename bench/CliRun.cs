using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace AppUpdater.Bench;

/// <summary>How a run of <c>appupdater</c> ended. Peaks in bytes of resident memory: the greatest process, and all of them together.</summary>
internal sealed record CliRun(int ExitCode, string Output, TimeSpan Took, long PeakOfOne, long PeakOfAll)
{
    /// <summary>The command line's assembly.</summary>
    internal static string Cli { get; } =
        typeof(CliRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(tag => tag.Key == "Cli").Value!;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs it to its end and looks at its memory (Linux only) and that of what it starts.</summary>
    internal static async Task<CliRun> RunAsync(IEnumerable<string> args, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Cli, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        var peaks = new Dictionary<int, long>();
        var exit = process.WaitForExitAsync(ct);
        while (await Task.WhenAny(exit, Task.Delay(Interval, ct)) != exit)
        {
            if (OperatingSystem.IsLinux())
                Watch(process.Id, peaks);
        }

        await exit;
        var text = (await output + await errors).Trim();
        return new CliRun(process.ExitCode, text, Stopwatch.GetElapsedTime(started), peaks.Values.DefaultIfEmpty().Max(), peaks.Values.Sum());
    }

    /// <summary>VmHWM only grows, so that the last look before the end is the peak (proc(5)).</summary>
    private static void Watch(int root, Dictionary<int, long> peaks)
    {
        foreach (var id in WithDescendants(root))
        {
            if (ReadProc(id, "status") is { } status && status.Split('\n').FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
                peaks[id] = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
    }

    private static HashSet<int> WithDescendants(int root)
    {
        // /proc/<id>/stat: id (name) state parent …
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => (Id: int.Parse(name!, CultureInfo.InvariantCulture), Stat: ReadProc(int.Parse(name!, CultureInfo.InvariantCulture), "stat")))
            .Where(process => process.Stat is not null)
            .ToDictionary(process => process.Id, process => int.Parse(process.Stat![(process.Stat!.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture));
        var family = new HashSet<int> { root };
        while (parents.Any(process => family.Contains(process.Value) && family.Add(process.Key)))
        {
        }

        return family;
    }

    private static string? ReadProc(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // it ended between two looks
        }
    }
}
