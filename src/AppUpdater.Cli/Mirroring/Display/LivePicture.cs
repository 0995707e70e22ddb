using System.Collections.Immutable;
using AppUpdater.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>
/// Lines at the end of a terminal that are drawn over and over, while other text goes in above them. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Spectre's own live display would clear the terminal's history when the window shrinks, and two threads that write at once can stop each
/// other for ever in it: this one takes one lock, never leaves its own lines, and writes each frame at one go.
/// </remarks>
internal sealed class LivePicture : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private ImmutableArray<PictureLine> _shown = [];
    private bool _isOver;

    internal LivePicture(IAnsiConsole console)
    {
        _console = console;
        Try(() => _console.Cursor.Hide());
    }

    internal void Show(ImmutableArray<PictureLine> lines)
    {
        lock (_gate)
        {
            if (!_isOver && !lines.SequenceEqual(_shown))
                Draw([], lines);
        }
    }

    /// <summary>Also when it is over: then it is simply written.</summary>
    internal void Above(string text)
    {
        lock (_gate)
            Draw([.. text.ReplaceLineEndings("\n").Split('\n').Select(ShownText.Clean)], _shown);
    }

    /// <summary>Before the process may end without a chance to tidy up.</summary>
    internal void ShowCursor() => Try(() => _console.Cursor.Show());

    /// <summary>Takes the lines away and brings the cursor back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            Draw([], []);
            _isOver = true;
            ShowCursor();
        }
    }

    private void Draw(ImmutableArray<string> above, ImmutableArray<PictureLine> lines)
    {
        Try(() => _console.Write(new Frame(_shown.Length, above, lines)));
        _shown = lines;
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            return; // the terminal was closed: nobody looks, and the mirror goes on
        }
    }

    /// <summary>A frame over the one before. Text above may be wider than the terminal, so that what was there is taken away first.</summary>
    private sealed class Frame(int before, ImmutableArray<string> above, ImmutableArray<PictureLine> lines) : IRenderable
    {
        private const string ClearLine = "\u001b[K";
        private const string ClearRest = "\u001b[J";

        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            yield return Control(options, before == 0 ? "\r" : $"\r\u001b[{before}A");
            yield return Control(options, above.IsEmpty ? "" : ClearRest);
            foreach (var text in above)
            {
                yield return new Segment(text);
                yield return Segment.LineBreak;
            }

            foreach (var line in lines)
            {
                foreach (var span in line.Spans)
                    yield return new Segment(span.Text, StyleOf(span.Tone));
                yield return Control(options, ClearLine);
                yield return Segment.LineBreak;
            }

            yield return Control(options, ClearRest);
        }

        private static Segment Control(RenderOptions options, string code) => options.Ansi && code.Length > 0 ? Segment.Control(code) : Segment.Empty;

        private static Style StyleOf(Tone tone) => tone switch
        {
            Tone.Quiet => new Style(Color.Grey),
            Tone.Accent => new Style(Color.Blue),
            Tone.Good => new Style(Color.Green),
            Tone.Bad => new Style(Color.Red),
            _ => Style.Plain,
        };
    }
}
