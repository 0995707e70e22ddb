using System.Diagnostics;
using System.Text;
using AppUpdater.EndToEndTests.BadInput;

namespace AppUpdater.EndToEndTests.Terminal;

/// <summary>The command line in a terminal of script(1), which passes on what is typed, and shows all that a person would see.</summary>
internal sealed class CliTerminal : IDisposable
{
    /// <summary>To env: a shell lets what it starts in the background, such as a run of tests, ignore Ctrl+C.</summary>
    private const string HearsInterrupts = "--default-signal=INT,QUIT";

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    private readonly Process _script;
    private readonly StringBuilder _shown = new();

    private CliTerminal(Process script) => _script = script;

    internal string Shown => _shown.ToString();

    /// <param name="environment">NAME=value, or "-u" and a name.</param>
    /// <param name="arguments">None has a quote in it.</param>
    internal static CliTerminal Start(string[] environment, params string[] arguments)
    {
        var line = string.Join(' ', arguments.Prepend(CliRun.Program).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo(
            "env", [HearsInterrupts, "-u", "APPUPDATER_KEY_PASSPHRASE", "-u", "APPUPDATER_PASSWORD", .. environment, "script", "-q", "-e", "-c", $"exec dotnet {line}", "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var script = Process.Start(start)!;
        script.StandardInput.AutoFlush = true;
        return new CliTerminal(script);
    }

    /// <summary>Waits until the end of what is shown is this.</summary>
    internal async Task ReadUntilAsync(string end)
    {
        using var limit = new CancellationTokenSource(AtMost);
        var one = new char[1];
        while (!Shown.EndsWith(end, StringComparison.Ordinal))
        {
            Assert.True(await _script.StandardOutput.ReadAsync(one, limit.Token) == 1, $"It ended after: {Shown}");
            _shown.Append(one[0]);
        }
    }

    internal Task TypeAsync(string text) => _script.StandardInput.WriteAsync(text);

    /// <summary>Waits for the end; the exit code.</summary>
    internal async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(AtMost);
        _shown.Append(await _script.StandardOutput.ReadToEndAsync(limit.Token));
        await _script.WaitForExitAsync(limit.Token);
        return _script.ExitCode;
    }

    /// <summary>A prompt that nobody answered ends, too.</summary>
    public void Dispose()
    {
        if (!_script.HasExited)
            _script.Kill(entireProcessTree: true);
        _script.Dispose();
    }
}
