using System.Collections.Immutable;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>
/// A board as lines that fit a terminal: the whole, what is on its way, what ended last. Pure. The last column stays free, since some
/// terminals begin a new line at once when it is written.
/// </summary>
internal sealed class MirrorPicture
{
    private const int PercentWidth = 5;
    private const int BytesWidth = 10;
    private const int BarWidth = 14;
    private const int RoomForBars = 72;
    private const int RoomForBytes = 30;
    private const int JobWidth = 24;

    private readonly BoardView _view;
    private readonly int _width;
    private readonly Glyphs _glyphs;
    private readonly int _indent;

    private MirrorPicture(BoardView view, int width, Glyphs glyphs) =>
        (_view, _width, _glyphs, _indent) = (view, Math.Max(1, width - 1), glyphs, glyphs.Done.Length + 1);

    /// <param name="view">What is shown.</param>
    /// <param name="width">Of the terminal, in cells.</param>
    /// <param name="height">Of the terminal, in lines; the cursor keeps one of them.</param>
    /// <param name="glyphs">What the terminal can show.</param>
    internal static ImmutableArray<PictureLine> Draw(BoardView view, int width, int height, Glyphs glyphs)
    {
        var picture = new MirrorPicture(view, width, glyphs);
        var rows = Math.Max(1, height - 1);
        PictureLine[] head = [picture.Title(), .. view.Phase == BoardPhase.Comparing ? [] : picture.Figures()];
        var tail = view.Tail.Length == 0 ? 0 : Math.Clamp((rows - head.Length) / 3, 0, view.Tail.Length);
        var lines = head.Concat(picture.Transfers(Math.Max(0, rows - head.Length - tail))).Concat(view.Tail.TakeLast(tail).Select(picture.Result));
        return [.. lines.Take(rows)];
    }

    private PictureLine Title()
    {
        var line = new PictureLineBuilder(_width);
        if (_view.Job is { } job)
            line.Add($"{Cells.Shorten(job, Math.Min(JobWidth, _width / 3), _glyphs.Ellipsis)}: ", Tone.Accent);
        line.Add(BoardText.Title(_view));
        return _view.Phase == BoardPhase.Working
            ? Bar(line.Add(" "), line.Room - PercentWidth, _view.Share).Add(BoardText.Percent(_view.Share).PadLeft(PercentWidth)).Build()
            : line.Add($"  {BoardText.Time(_view.Elapsed)}", Tone.Quiet).Build();
    }

    /// <summary>As many lines as the figures need: none is broken.</summary>
    private IEnumerable<PictureLine> Figures()
    {
        PictureLineBuilder? line = null;
        foreach (var (text, tone) in BoardText.Figures(_view))
        {
            if (line is not null && line.Room < Cells.Width(text) + 3)
            {
                yield return line.Build();
                line = null;
            }

            line = (line?.Add($" {_glyphs.Dot} ", Tone.Quiet) ?? new PictureLineBuilder(_width)).Add(text, tone);
        }

        if (line is not null)
            yield return line.Build();
    }

    private IEnumerable<PictureLine> Transfers(int rows)
    {
        var shown = _view.Active.Length <= rows ? rows : rows - 1;
        var lines = _view.Active.Take(shown).Select(Transfer);
        return _view.Active.Length <= rows || rows == 0 ? lines : lines.Append(Indented().Add(BoardText.More(_view.Active.Length - shown), Tone.Quiet).Build());
    }

    private PictureLine Transfer(BoardTransfer transfer)
    {
        var share = transfer.Size > 0 ? (double)transfer.Bytes / transfer.Size : 1;
        var bar = _width >= RoomForBars ? BarWidth : 0;
        var bytes = _width >= RoomForBytes ? BytesWidth : 0;
        var line = Indented();
        AddName(line, transfer.Name, line.Room - bar - PercentWidth - bytes - 1).Add(" ");
        Bar(line, bar, share).Add(BoardText.Percent(share).PadLeft(PercentWidth));
        return (bytes > 0 ? line.Add(ByteCount.Show(transfer.Bytes).PadLeft(bytes), Tone.Quiet) : line).Build();
    }

    private PictureLine Result(BoardResult result)
    {
        var isGood = result.Reason is null;
        var mark = isGood ? _glyphs.Done : _glyphs.Failed;
        var line = new PictureLineBuilder(_width).Add(Cells.Pad(mark, _indent), isGood ? Tone.Good : Tone.Bad);
        if (result.Reason is { } reason)
        {
            var name = Cells.Shorten(result.Name, line.Room / 2, _glyphs.Ellipsis);
            line.Add(name).Add("  ");
            return line.Add(Cells.CutShown(reason, line.Room, _glyphs.Ellipsis), Tone.Bad).Build();
        }

        var what = result.IsRemoval ? BoardText.Removed : ByteCount.Show(result.Bytes);
        var width = Math.Max(BytesWidth, what.Length + 1);
        return AddName(line, result.Name, line.Room - width).Add(what.PadLeft(width), Tone.Quiet).Build();
    }

    private PictureLineBuilder Indented() => new PictureLineBuilder(_width).Add(new string(' ', _indent));

    private PictureLineBuilder AddName(PictureLineBuilder line, string name, int width) =>
        line.Add(Cells.Pad(Cells.Shorten(name, width, _glyphs.Ellipsis), width));

    private PictureLineBuilder Bar(PictureLineBuilder line, int width, double share)
    {
        if (width < 1)
            return line;
        var full = (int)(Math.Clamp(share, 0, 1) * width);
        return line.Add(string.Concat(Enumerable.Repeat(_glyphs.BarFull, full)), Tone.Accent)
            .Add(string.Concat(Enumerable.Repeat(_glyphs.BarEmpty, width - full)), Tone.Quiet);
    }
}
