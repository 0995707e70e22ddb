using System.Diagnostics;
using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.EndToEndTests.BadInput;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary><c>appupdater mirror push DIR URL --watch</c> as a process of its own, until it is told to end.</summary>
internal sealed class WatchProcess : IDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private WatchProcess(Process process) => _process = process;

    internal bool HasEnded => _process.HasExited;

    /// <summary>What it said, both streams.</summary>
    internal string Said
    {
        get
        {
            lock (_out)
                return $"{_out}{_error}";
        }
    }

    /// <summary>Starts it, with a line of JSON for the end of each cycle.</summary>
    internal static WatchProcess Start(params string[] line)
    {
        var start = new ProcessStartInfo("dotnet", [CliRun.Program, "mirror", "push", .. line, "--watch", "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var watch = new WatchProcess(Process.Start(start)!);
        watch._process.OutputDataReceived += (_, data) => watch.Hear(watch._out, data.Data);
        watch._process.ErrorDataReceived += (_, data) => watch.Hear(watch._error, data.Data);
        watch._process.BeginOutputReadLine();
        watch._process.BeginErrorReadLine();
        return watch;
    }

    /// <summary>Returns once a first cycle came to its end.</summary>
    internal async Task CycleAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (!Said.Contains("\"code\":", StringComparison.Ordinal))
        {
            Assert.True(!HasEnded && Stopwatch.GetElapsedTime(since) < Patience, $"It had no cycle within {Patience} and said:\n{Said}");
            await Task.Delay(BetweenLooks);
        }
    }

    /// <summary>SIGTERM, as service managers send it; the code that it ends with.</summary>
    internal async Task<int> TerminateAsync()
    {
        Assert.Equal(0, UnixCalls.Signal(_process.Id, Terminate));
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Hear(StringBuilder said, string? line)
    {
        lock (_out)
            said.AppendLine(line);
    }
}
