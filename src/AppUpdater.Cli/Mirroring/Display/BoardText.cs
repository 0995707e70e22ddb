using System.Globalization;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>A board's figures in words, for the picture as for plain lines.</summary>
internal static class BoardText
{
    private static readonly Texts Texts = new("MirrorScreen");

    internal static string Title(BoardView view) => Texts[view.Phase switch
    {
        BoardPhase.Comparing => "Comparing",
        BoardPhase.Waiting => "Waiting",
        _ => view.Direction == MirrorDirection.Pull ? "Downloading" : "Uploading",
    }];

    /// <summary>What is done, and how fast, most telling first; what is not known, or nil, is not there.</summary>
    internal static IEnumerable<(string Text, Tone Tone)> Figures(BoardView view)
    {
        yield return (Texts.Format("Of", ByteCount.Show(view.DoneBytes), ByteCount.Show(view.TotalBytes)), Tone.Plain);
        yield return (Texts.Format("OfFiles", Count(view.DoneFiles), Count(view.TotalFiles)), Tone.Plain);
        if (view.Removed > 0)
            yield return (Texts.Format("RemovedCount", Count(view.Removed)), Tone.Plain);
        if (view.Failed > 0)
            yield return (Texts.Format("FailedCount", Count(view.Failed)), Tone.Bad);
        if (view.Rate is { } rate)
            yield return (Texts.Format("Rate", ByteCount.Show((long)rate)), Tone.Plain);
        if (view.Left is { } left)
            yield return (Texts.Format("Left", Time(left)), Tone.Plain);
    }

    internal static string Removed => Texts["Removed"];

    internal static string More(int transfers) => Texts.Format("More", Count(transfers));

    /// <summary>A line of its own. <paramref name="name"/> null: the whole run.</summary>
    internal static string Failure(string? name, string reason) =>
        ShownText.Clean(name is null ? Texts.Format("RunFailure", reason) : Texts.Format("Failure", name, reason));

    /// <summary>Minutes and seconds, and hours where there are some.</summary>
    internal static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    internal static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{(int)(share * 100)}%");

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
