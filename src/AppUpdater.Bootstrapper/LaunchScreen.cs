using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// What the launcher says on standard error. In a terminal one line is written over and over, and gone before the app starts; elsewhere it is
/// a line now and then.
/// </summary>
internal sealed class LaunchScreen(TextWriter error, bool isTerminal, TimeProvider clock)
{
    private static readonly TimeSpan Sparse = TimeSpan.FromSeconds(10);

    private string _shown = "";
    private long? _lastLine;

    internal bool IsTerminal => isTerminal;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Standard error is open to the end.")]
    internal static LaunchScreen OfThisProcess()
    {
        // Unix: .NET's console switches the terminal's keypad over with its first word, which the program that takes this one's place would
        // not know. A file gets its words by the console: it keeps the place that the app writes on at.
        var isTerminal = !Console.IsErrorRedirected;
        var error = OperatingSystem.IsWindows() || !isTerminal
            ? Console.Error
            : new StreamWriter(new FileStream(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0)) { AutoFlush = true };
        return new LaunchScreen(error, isTerminal, TimeProvider.System);
    }

    /// <summary>Shows how it goes on; may be called as often as one likes.</summary>
    internal void Show(string line)
    {
        if (isTerminal)
        {
            if (line != _shown)
                Write($"\r{line.PadRight(_shown.Length)}");
            _shown = line;
        }
        else if (_lastLine is null || clock.GetElapsedTime(_lastLine.Value) >= Sparse)
        {
            _lastLine = clock.GetTimestamp();
            Write($"AppUpdater: {line}{Environment.NewLine}");
        }
    }

    /// <summary>Takes the line away.</summary>
    internal void Clear()
    {
        if (_shown.Length > 0)
            Write($"\r{new string(' ', _shown.Length)}\r");
        _shown = "";
    }

    internal void Say(string message)
    {
        Clear();
        Write($"AppUpdater: {message}{Environment.NewLine}");
    }

    private void Write(string text)
    {
        try
        {
            error.Write(text);
        }
        catch (IOException)
        {
            // Nobody can be told, as where standard error is a file on a full disk. The app starts all the same.
            _shown = "";
        }
    }
}
