using System.Collections.Immutable;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>What a part of a line is, for its colour.</summary>
internal enum Tone
{
    Plain,
    Quiet,
    Accent,
    Good,
    Bad,
}

/// <summary>Text of one tone.</summary>
internal readonly record struct PictureSpan(string Text, Tone Tone);

/// <summary>One line of a picture; never wider than it was made for.</summary>
internal sealed record PictureLine(ImmutableArray<PictureSpan> Spans)
{
    public bool Equals(PictureLine? other) => other is not null && Spans.SequenceEqual(other.Spans);

    public override int GetHashCode() => Spans.Length;

    public override string ToString() => string.Concat(Spans.Select(span => span.Text));
}

/// <summary>Puts a line together; what is more than <paramref name="width"/> cells is left out.</summary>
internal sealed class PictureLineBuilder(int width)
{
    private readonly ImmutableArray<PictureSpan>.Builder _spans = ImmutableArray.CreateBuilder<PictureSpan>();

    /// <summary>Cells that are free still.</summary>
    internal int Room { get; private set; } = width;

    internal PictureLineBuilder Add(string text, Tone tone = Tone.Plain)
    {
        var fitting = Cells.Cut(text, Room);
        if (fitting.Length > 0)
            _spans.Add(new PictureSpan(fitting, tone));
        Room -= Cells.Width(fitting);
        return this;
    }

    internal PictureLine Build() => new(_spans.ToImmutable());
}
