using Microsoft.Extensions.Logging;

namespace AppUpdater.Cli.Output;

/// <summary>Log lines on standard error, from a level on.</summary>
/// <param name="error">Where to.</param>
/// <param name="from">The level.</param>
/// <param name="say">Puts a line into the reader's language; null: it stays English.</param>
internal sealed class ErrorStreamLogger(TextWriter error, LogLevel from, Func<Wording, string>? say = null) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= from && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var text = say is not null && state is IReadOnlyList<KeyValuePair<string, object?>> parts ? say(WordingOf(parts)) : formatter(state, exception);
        var line = $"{(say is null ? Word(logLevel) : say(Word(logLevel)))}: {text}";
        error.WriteLine(exception is null ? line : $"{line} ({exception.Message})");
    }

    /// <summary>Its places numbered, as wordings have them: a log's template has names there.</summary>
    private static Wording WordingOf(IReadOnlyList<KeyValuePair<string, object?>> parts)
    {
        var format = parts[^1].Value?.ToString() ?? ""; // {OriginalFormat}, always the last
        for (var i = 0; i < parts.Count - 1; i++)
            format = format.Replace($"{{{parts[i].Key}}}", $"{{{i}}}", StringComparison.Ordinal).Replace($"{{{parts[i].Key}:", $"{{{i}:", StringComparison.Ordinal);
        return new Wording(format, [.. parts.Take(parts.Count - 1).Select(part => part.Value)]);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
