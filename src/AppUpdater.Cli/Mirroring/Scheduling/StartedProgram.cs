using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// A program that a mirror starts, as it was given: no shell reads its arguments, so that no name from a server can become a command. What it
/// writes is noted, up to a bound; a password is never among what it is given.
/// </summary>
internal sealed class StartedProgram
{
    private const string PasswordVariable = "APPUPDATER_PASSWORD";

    private readonly ImmutableArray<string> _command;
    private readonly string _option;
    private readonly Action<string> _note;
    private readonly Texts _texts = new("MirrorSchedule");

    /// <param name="command">The program and its arguments; not empty.</param>
    /// <param name="option">That it was given by, for messages: <c>--on-error</c>.</param>
    /// <param name="note">Told what it writes and how it failed, a line at a time.</param>
    /// <exception cref="SettingsException">No program can be started like this.</exception>
    internal StartedProgram(ImmutableArray<string> command, string option, Action<string> note)
    {
        (_command, _option, _note) = (command, option, note);
        if (string.IsNullOrWhiteSpace(Name))
            throw new SettingsException(_texts.Said("Program.None", option));
        if (OperatingSystem.IsWindows() && IsBatch(Name))
            throw new SettingsException(_texts.Said("Program.Batch", option, Name));
    }

    internal string Name => _command[0];

    /// <summary>It is ended after that.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long it is waited for once the mirror is stopped.</summary>
    internal TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>cmd.exe would start it, and reads <c>&amp;</c> and <c>%</c> within arguments.</summary>
    internal static bool IsBatch(string program) => Path.GetExtension(program.TrimEnd(' ', '.')).ToUpperInvariant() is ".CMD" or ".BAT";

    /// <summary>Starts it and returns once it has ended, or was ended. Failures are noted.</summary>
    /// <param name="added">Arguments behind its own.</param>
    /// <param name="variables">Of its environment, besides this process's own.</param>
    /// <param name="ct">The mirror is stopped: it is waited for shortly.</param>
    internal async Task RunAsync(IReadOnlyList<string> added, IReadOnlyDictionary<string, string> variables, CancellationToken ct)
    {
        try
        {
            using var process = Process.Start(Info(added, variables)) ?? throw new InvalidOperationException($"{Name} was not started.");
            process.StandardInput.Close();
            using var output = new ProgramOutput(Name, _note, _texts);
            output.Read(process);
            if (!await EndsAsync(process, ct))
                process.Kill(entireProcessTree: true);
            else if (process.ExitCode != 0)
                _note(_texts.Format("Program.Code", Name, process.ExitCode));
            await output.EndAsync();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            _note(_texts.Format("Program.Failed", Name, Reasons.Of(e), _option));
        }
    }

    /// <summary>Whether it ended by itself; why not is noted.</summary>
    private async Task<bool> EndsAsync(Process process, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var stop = ct.Register(() => limit.CancelAfter(Grace));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            var (text, time) = ct.IsCancellationRequested ? ("Program.Stopped", Grace) : ("Program.TooLong", Limit);
            _note(_texts.Format(text, Name, time.ToString("c", CultureInfo.InvariantCulture)));
            return false;
        }
    }

    private ProcessStartInfo Info(IReadOnlyList<string> added, IReadOnlyDictionary<string, string> variables)
    {
        var info = new ProcessStartInfo(Name, [.. _command.Skip(1), .. added])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        foreach (var (name, value) in variables)
            info.Environment[name] = value;
        info.Environment.Remove(PasswordVariable);
        return info;
    }
}
