using System.Text.RegularExpressions;

namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>Runs the bootstrapper under strace, with system calls on the install's paths that fail.</summary>
internal static partial class Injection
{
    /// <summary>All that a swap asks of a disk. Reading is asked of by openat.</summary>
    internal static readonly string[] Calls =
        ["rename", "renameat2", "link", "linkat", "unlink", "mkdir", "rmdir", "fsync", "write", "pwrite64", "openat", "open", "ftruncate", "fchmod", "utimensat"];

    /// <summary>How often each call is made on these paths, by the thread that makes it most: strace counts for each thread by itself.</summary>
    internal static async Task<IReadOnlyDictionary<string, int>> CountAsync(FaultScene scene, IEnumerable<string> line, CancellationToken ct)
    {
        var log = scene.Root + ".trace";
        await FaultRun.OfAsync(scene, [.. Strace(scene, string.Join(',', Calls), log), .. line], ct);
        return (await File.ReadAllLinesAsync(log, ct)).Select(text => Call().Match(text)).Where(match => match.Success && !IsOfRuntime(scene, match))
            .GroupBy(match => (Thread: match.Groups[1].Value, Name: match.Groups[2].Value))
            .GroupBy(calls => calls.Key.Name, calls => calls.Count(), StringComparer.Ordinal)
            .ToDictionary(calls => calls.Key, calls => calls.Max(), StringComparer.Ordinal);
    }

    /// <summary>Runs with a fault, as strace spells it: <c>rename:error=EIO:when=3</c>. Null where no thread came to that call.</summary>
    internal static async Task<FaultRun?> RunAsync(FaultScene scene, string call, string fault, IEnumerable<string> line, CancellationToken ct)
    {
        var log = scene.Root + ".trace";
        var run = await FaultRun.OfAsync(scene, [.. Strace(scene, call, log), "-e", $"inject={call}:{fault}", .. line], ct);
        var isMet = (await File.ReadAllTextAsync(log, ct)).Contains("INJECTED", StringComparison.Ordinal);
        return isMet ? run : null;
    }

    private static IEnumerable<string> Strace(FaultScene scene, string calls, string log) =>
        ["strace", "-f", "-qq", "-o", log, "-e", $"trace={calls}", .. scene.Watched()
            // The runtime opens its own program: that is no step of a swap.
            .Where(path => calls != "openat" || path != Path.Join(scene.Swap, "bootstrapper")).SelectMany(path => new[] { "-P", path })];

    private static bool IsOfRuntime(FaultScene scene, Match call) =>
        call.Groups[2].Value == "openat" && call.Groups[3].Value.Contains($"{scene.Swap}/bootstrapper\"", StringComparison.Ordinal);

    [GeneratedRegex(@"^(\d+) +([a-z0-9]+)\((.*)")]
    private static partial Regex Call();
}
