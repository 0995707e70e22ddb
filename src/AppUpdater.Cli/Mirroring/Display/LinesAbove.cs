using System.Text;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>A stream whose whole lines go elsewhere; half a line waits for its end. Safe for concurrent use.</summary>
internal sealed class LinesAbove(TextWriter like, Action<string> write) : TextWriter(like.FormatProvider)
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => like.Encoding;

    public override void Write(char value)
    {
        lock (_gate)
        {
            if (value == '\n')
                Send();
            else
                _line.Append(value);
        }
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate)
        {
            foreach (var value in buffer)
                Write(value);
        }
    }

    public override void WriteLine(string? value) => Write($"{value}\n");

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (disposing && _line.Length > 0)
                Send();
        }

        base.Dispose(disposing);
    }

    private void Send()
    {
        write(_line.ToString().TrimEnd('\r'));
        _line.Clear();
    }
}
