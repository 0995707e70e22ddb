using Microsoft.Extensions.Logging;

namespace AppUpdater.Cli.Output;

/// <summary>Log lines on standard error, from a level on.</summary>
internal sealed class ErrorStreamLogger(TextWriter error, LogLevel from) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= from && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var line = $"{Word(logLevel)}: {formatter(state, exception)}";
        error.WriteLine(exception is null ? line : $"{line} ({exception.Message})");
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
