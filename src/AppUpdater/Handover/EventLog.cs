using System.Globalization;
using System.Text;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>
/// <c>.appupdater/log</c>: one line for each event, with time (UTC) and process id. At 1 MiB it becomes <c>log.1</c> and starts over.
/// Lines of several processes may mix, never tear. A line that can't be written goes elsewhere: a full disk stops no undo.
/// </summary>
/// <param name="layout">Whose log it is.</param>
/// <param name="files">The disk.</param>
/// <param name="clock">Tells the time of each line.</param>
/// <param name="elsewhere">Takes a line that can't be written; null is standard error.</param>
internal sealed class EventLog(InstallLayout layout, IDurableFiles files, TimeProvider clock, Action<string>? elsewhere = null) : ILogger
{
    private const long MaxBytes = 1024 * 1024;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var level = logLevel >= LogLevel.Warning ? $" {logLevel.ToString().ToLowerInvariant()}:" : "";
        Append($"{formatter(state, exception)}{(exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}")}", level);
    }

    private void Append(string text, string level)
    {
        // One event is one line, whatever a file name in it holds.
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Environment.ProcessId}{level} {plain}\n");
        try
        {
            if (files.Stat(layout.Log) is { Length: > MaxBytes })
                files.Replace(layout.Log, layout.Log + ".1");
            using var stream = new FileStream(layout.Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (elsewhere ?? Console.Error.Write)($"{line.TrimEnd()} ({layout.Log}: {e.Message})\n");
        }
    }
}
