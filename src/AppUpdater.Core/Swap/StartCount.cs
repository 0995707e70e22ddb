using System.Globalization;
using System.Text;
using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>What the starts of a version on probation came to so far.</summary>
/// <param name="Unjudged">Starts that ended without a verdict: the machine was switched off, or app and bootstrapper were killed.</param>
/// <param name="EndedEarly">Starts that somebody ended, or that ended well, before the version had proved itself.</param>
/// <param name="Failure">Why it failed; null where it did not. One that failed is not started again, only undone.</param>
internal sealed record StartsSoFar(int Unjudged, int EndedEarly, string? Failure)
{
    internal static StartsSoFar None { get; } = new(0, 0, Failure: null);

    internal int Total => Unjudged + EndedEarly;
}

/// <summary>
/// <c>starts</c> in a swap's folder, written durably before each start: what ends both app and bootstrapper at once can count nothing
/// afterwards. Garbage reads as no start at all, so that it costs three starts more, not a version.
/// </summary>
internal sealed class StartCount(IDurableFiles files, string swapDirectory)
{
    private const int MaxBytes = 8 * 1024;
    private const int MaxReason = 1000;

    private string Place => Path.Join(swapDirectory, "starts");

    /// <exception cref="IOException">It can't be read.</exception>
    internal StartsSoFar Read()
    {
        if (files.Stat(Place) is not { Kind: FileKind.File, Length: <= MaxBytes })
            return StartsSoFar.None;
        using var reader = new StreamReader(files.OpenRead(Place), Encoding.UTF8);
        var lines = reader.ReadToEnd().Split('\n');
        return lines is [var counts, .. var rest] && counts.Split(' ') is [var unjudged, var early] && Number(unjudged) is { } one && Number(early) is { } two
            ? new StartsSoFar(one, two, rest is [{ Length: > 0 } failure, ..] ? failure : null)
            : StartsSoFar.None;
    }

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    internal void Write(StartsSoFar starts)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{starts.Unjudged} {starts.EndedEarly}\n{OneLine(starts.Failure)}\n");
        AtomicFile.Write(files, Place, Encoding.UTF8.GetBytes(text));
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string OneLine(string? reason) =>
        string.Concat((reason ?? "").Take(MaxReason).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
}
