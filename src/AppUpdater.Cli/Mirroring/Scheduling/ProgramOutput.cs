using System.Diagnostics;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Notes what a program writes, line by line, up to a bound; the rest is read and dropped, since a program that nobody reads from stands still.
/// </summary>
internal sealed class ProgramOutput(string name, Action<string> note, Texts texts) : IDisposable
{
    private const int MostLines = 100;
    private const int LongestLine = 500;

    // Whatever the program left running may keep its output open for ever.
    private static readonly TimeSpan ReadOn = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _enough = new();
    private Task _reading = Task.CompletedTask;
    private int _lines;

    internal void Read(Process process) =>
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));

    /// <summary>The program has ended: what it wrote is read to its end.</summary>
    internal async Task EndAsync()
    {
        _enough.CancelAfter(ReadOn);
        await Task.WhenAny(_reading, Task.Delay(ReadOn * 2));
        if (_lines > MostLines)
            note(texts.Format("Program.MoreOutput", name, _lines - MostLines));
    }

    public void Dispose() => _enough.Dispose();

    private async Task ReadAsync(StreamReader from)
    {
        var buffer = new char[1024];
        var line = new List<char>();
        try
        {
            while (await from.ReadAsync(buffer, _enough.Token) is > 0 and var count)
            {
                for (var i = 0; i < count; i++)
                    Take(buffer[i], line);
            }

            Tell(line);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            Tell(line); // as far as it came
        }
    }

    private void Take(char letter, List<char> line)
    {
        if (letter == '\n')
            Tell(line);
        else if (line.Count < LongestLine)
            line.Add(letter);
    }

    private void Tell(List<char> line)
    {
        var text = MirrorStatus.Short(string.Concat(line)).TrimEnd();
        line.Clear();
        if (text.Length == 0)
            return;
        lock (_gate)
        {
            if (++_lines <= MostLines)
                note($"{name}: {text}");
        }
    }
}
