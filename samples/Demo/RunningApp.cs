using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Demo;

/// <summary>
/// What the bootstrapper started: the app, and every process that takes its place. All of them write to one pipe.
/// </summary>
internal sealed partial class RunningApp : IDisposable
{
    private readonly Narrator _narrator;
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private int _lastProcess;
    private string? _lastProgress;

    private RunningApp(Narrator narrator, Process process)
    {
        (_narrator, _process) = (narrator, process);
        process.OutputDataReceived += (_, output) => Take(output.Data);
        process.ErrorDataReceived += (_, output) => Take(output.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal static RunningApp Start(Narrator narrator, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(program),
        };
        // Where .NET lies, for a machine that has it in an unusual place: the runtime's folder is <root>/shared/<name>/<version>.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new RunningApp(narrator, Process.Start(start)!);
    }

    /// <summary>Waits until a line was written that begins like this, at or after a place; the place behind it.</summary>
    internal async Task<int> WaitForAsync(string beginning, int from, CancellationToken ct)
    {
        while (true)
        {
            lock (_gate)
            {
                var found = _lines.FindIndex(Math.Min(from, _lines.Count), line => line.StartsWith(beginning, StringComparison.Ordinal));
                if (found >= 0)
                    return found + 1;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }

    /// <summary>Whether such a line is written within a time.</summary>
    internal async Task<bool> WroteAsync(string beginning, int from, TimeSpan within, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(within);
        try
        {
            await WaitForAsync(beginning, from, limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Ends the app that runs now.</summary>
    public void Dispose()
    {
        foreach (var id in new[] { _lastProcess, _process.Id })
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                process.WaitForExit(TimeSpan.FromSeconds(10));
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                continue; // ended by itself
            }
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
        {
            _lines.Add(line);
            if (Started().Match(line) is { Success: true } match)
                _lastProcess = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        }

        if (!IsUnderWay(line))
            _narrator.Tell($"| {line}");
    }

    /// <summary>Progress is told once a phase, when it is through.</summary>
    private bool IsUnderWay(string line) =>
        Progress().Match(line) is { Success: true } match
        && (match.Groups[1].Value != match.Groups[2].Value || line == Interlocked.Exchange(ref _lastProgress, line));

    [GeneratedRegex(@"^  \w+: (\d+) of (\d+) bytes$")]
    private static partial Regex Progress();

    [GeneratedRegex(@"^SampleApp \S+ runs as process (\d+)\.$")]
    private static partial Regex Started();
}
