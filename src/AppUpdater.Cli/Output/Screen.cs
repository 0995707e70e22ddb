using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Cli.Output;

/// <summary>Where results go (standard output) and where everything else goes (standard error).</summary>
internal sealed record Screen(TextWriter Out, TextWriter Error, bool IsTerminal)
{
    internal static Screen OfThisProcess() =>
        new(Console.Out, TextWriter.Synchronized(Console.Error), !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb");

    /// <summary>A result for a person.</summary>
    internal void Say(string text) => Out.WriteLine(text);

    /// <summary>A result for a script: one object, one line.</summary>
    internal void Write<T>(T result, JsonTypeInfo<T> type) => Out.WriteLine(JsonSerializer.Serialize(result, type));

    /// <summary>What is worth knowing beside the result.</summary>
    internal void Note(string text) => Error.WriteLine(text);

    internal void Fail(string message) => Error.WriteLine($"appupdater: {message}");

    internal ILogger Logger(bool verbose, Func<Wording, string>? say = null) => new ErrorStreamLogger(Error, verbose ? LogLevel.Trace : LogLevel.Warning, say);

    internal ProgressDisplay Progress() => IsTerminal ? new ProgressBars() : new ProgressLines(Error, TimeProvider.System);

    internal void NoteRecovery(SwapOutcome outcome) => Note(outcome.Result switch
    {
        SwapResult.Undone => $"An update to {outcome.To} that was cut off was undone: {outcome.Reason}",
        SwapResult.Blocked => $"An update to {outcome.To} can't be finished or undone yet: {outcome.Reason}",
        SwapResult.Pending => $"An update to {outcome.To} is still waiting: {outcome.Reason}",
        _ => $"An update to {outcome.To} that was cut off was finished.",
    });
}
