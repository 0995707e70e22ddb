using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using AppUpdater.Cli.Output;
using AppUpdater.Core.Processes;

namespace AppUpdater.Cli.Publishing;

/// <summary>A line typed at the terminal and shown nowhere. Ctrl+C and a termination request end it.</summary>
internal static class HiddenLine
{
    private const int Input = 0; // STDIN_FILENO
    private const int LookEvery = 100; // ms
    private const byte EndOfInput = 4; // Ctrl+D
    private const byte ClearLine = 21; // Ctrl+U
    private const byte Backspace = 8;
    private const byte Delete = 127; // what most terminals send for the backspace key

    /// <param name="question">Shown once nothing typed is shown any more.</param>
    /// <param name="screen">Where.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    internal static string Ask(string question, Screen screen, CancellationToken ct)
    {
        void Show()
        {
            screen.Error.Write(question);
            screen.Error.Flush();
        }

        try
        {
            return OperatingSystem.IsLinux() ? ReadUnshown(Show, ct) : ReadKeys(Show, ct);
        }
        finally
        {
            screen.Error.WriteLine();
        }
    }

    /// <summary>.NET's console shows what is typed between two of its reads, and does not hear a request to end during one.</summary>
    [SupportedOSPlatform("linux")]
    private static string ReadUnshown(Action show, CancellationToken ct)
    {
        var before = new byte[TerminalCalls.SettingsSize];
        if (TerminalCalls.GetSettings(Input, before) != 0)
            throw new InstallException("The terminal does not say whether it would show what is typed, so nothing is asked there. Use the environment variable.");
        var hidden = before.ToArray();
        var flags = MemoryMarshal.Read<int>(hidden.AsSpan(TerminalCalls.LocalFlags));
        MemoryMarshal.Write(hidden.AsSpan(TerminalCalls.LocalFlags), flags & ~TerminalCalls.LineByLine);
        if (TerminalCalls.SetSettings(Input, TerminalCalls.Now, hidden) != 0)
            throw new InstallException("The terminal can't be kept from showing what is typed, so nothing is asked there. Use the environment variable.");
        try
        {
            show();
            return ReadBytes(ct);
        }
        finally
        {
            _ = TerminalCalls.SetSettings(Input, TerminalCalls.Now, before); // a terminal that is gone needs nothing back
        }
    }

    [SupportedOSPlatform("linux")]
    private static string ReadBytes(CancellationToken ct)
    {
        var typed = new List<byte>();
        Span<byte> one = stackalloc byte[1];
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var polled = new TerminalCalls.Polled { Descriptor = Input, Asked = TerminalCalls.CanRead };
            if (TerminalCalls.Poll(ref polled, 1, LookEvery) != 1)
                continue;
            if (TerminalCalls.Read(Input, one, 1) != 1)
                throw new OperationCanceledException("The terminal was closed.");
            switch (one[0])
            {
                case (byte)'\n' or (byte)'\r':
                    return Encoding.UTF8.GetString([.. typed]);
                case EndOfInput:
                    throw new OperationCanceledException("Nothing was typed.");
                case ClearLine:
                    typed.Clear();
                    break;
                case Backspace or Delete:
                    RemoveLetter(typed);
                    break;
                case >= (byte)' ':
                    typed.Add(one[0]);
                    break;
            }
        }
    }

    private static void RemoveLetter(List<byte> typed)
    {
        while (typed.Count > 0)
        {
            var last = typed[^1];
            typed.RemoveAt(typed.Count - 1);
            if ((last & 0xC0) != 0x80)
                return; // the first byte of a letter in UTF-8
        }
    }

    private static string ReadKeys(Action show, CancellationToken ct)
    {
        show();
        var typed = new List<char>();
        Console.TreatControlCAsInput = true;
        try
        {
            while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            {
                if (key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control } || ct.IsCancellationRequested)
                    throw new OperationCanceledException("It was given up.");
                if (key.Key != ConsoleKey.Backspace)
                    typed.Add(key.KeyChar);
                else if (typed.Count > 0)
                    typed.RemoveAt(typed.Count - 1);
            }
        }
        finally
        {
            Console.TreatControlCAsInput = false;
        }

        return string.Concat(typed.Where(c => !char.IsControl(c)));
    }
}
