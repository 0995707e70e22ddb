using System.Collections.Immutable;
using System.Text.Json;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>
/// outcome.json: what became of the last swap, and of those before. Durable when written; garbage reads as nothing. The last swap stands
/// at the top, as it did before there were others: an earlier version that an undo brought back reads it, too.
/// </summary>
internal sealed class OutcomeFile(InstallLayout layout, IDurableFiles files, ILogger log)
{
    internal const int MostSwaps = 20;
    private const int MostKept = 50;
    private const int MaxBytes = 64 * 1024;

    /// <summary>The last outcome, or null where there is none, or none that can be read.</summary>
    internal SwapOutcome? Read() => ReadAll().FirstOrDefault();

    /// <summary>All outcomes that are remembered, newest first.</summary>
    internal ImmutableArray<SwapOutcome> ReadAll() =>
        Load() is { } last ? [.. (last.Earlier ?? []).Where(IsWhole).Take(MostSwaps - 1).Prepend(last).Select(stored => stored!.ToOutcome())] : [];

    /// <summary>Whether the last that was told is that this swap could not be applied.</summary>
    internal bool IsLeftPending(string swap) => Load() is { Result: SwapResult.Pending } last && last.Swap == swap;

    /// <summary>Writes what became of a swap, in place of what was told of the same swap before.</summary>
    /// <param name="swap">The swap's id.</param>
    /// <param name="outcome">What it came to. Files kept earlier on and the time it was applied are taken over from what was told before.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    internal void Write(string swap, SwapOutcome outcome)
    {
        var before = Load();
        var same = before?.Swap == swap ? before : null;
        var earlier = (before?.Earlier ?? []).Where(IsWhole).Select(one => one! with { Earlier = null });
        var stored = StoredOutcome.Of(outcome) with
        {
            Swap = swap,
            Applied = outcome.Applied ?? same?.Applied ?? (outcome.Result == SwapResult.Committed ? outcome.At : null),
            Starts = Math.Max(outcome.Starts, same?.Starts ?? 0),
            Kept = [.. (same?.Kept ?? []).Union(outcome.KeptFiles).Take(MostKept)],
            Earlier = [.. (before is null || same is not null ? earlier : earlier.Prepend(before with { Earlier = null })).Take(MostSwaps - 1)],
        };
        var bytes = StoredOutcomeJson.Write(stored);
        for (; bytes.Length > MaxBytes && stored.Smaller() is { } smaller; bytes = StoredOutcomeJson.Write(stored))
            stored = smaller;
        AtomicFile.Write(files, layout.Outcome, bytes);
    }

    private static bool IsWhole(StoredOutcome? stored) => stored is { From: not null, To: not null };

    private StoredOutcome? Load()
    {
        try
        {
            if (files.Stat(layout.Outcome) is not { } facts)
                return null;
            if (facts is { Kind: FileKind.File, Length: <= MaxBytes })
                return Parse(files);
            log.LogWarning("{File} is no file of at most {Max} bytes; it is not read.", layout.Outcome, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            log.LogWarning("{File} can't be read ({Reason}); what became of the last swap is not known.", layout.Outcome, e.Message);
        }

        return null;
    }

    private StoredOutcome? Parse(IDurableFiles disk)
    {
        using var stream = disk.OpenRead(layout.Outcome);
        var bytes = new byte[MaxBytes];
        var outcome = StoredOutcomeJson.Read(bytes.AsSpan(0, stream.ReadAtLeast(bytes, MaxBytes, throwOnEndOfStream: false)));
        if (IsWhole(outcome))
            return outcome;
        log.LogWarning("{File} lacks what the updater writes there; it is not used.", layout.Outcome);
        return null;
    }
}

/// <summary>An outcome as it is stored. All that was not there from the first is null in what an earlier version wrote.</summary>
internal sealed record StoredOutcome
{
    public SwapResult Result { get; set; }

    public string? From { get; set; }

    public string? To { get; set; }

    public string? Reason { get; set; }

    public DateTimeOffset At { get; set; }

    public string? Swap { get; set; }

    public DateTimeOffset? Applied { get; set; }

    public int Starts { get; set; }

    public IReadOnlyList<string?>? Kept { get; set; }

    /// <summary>Null but in the last one.</summary>
    public IReadOnlyList<StoredOutcome?>? Earlier { get; set; }

    internal static StoredOutcome Of(SwapOutcome outcome) =>
        new() { Result = outcome.Result, From = outcome.From, To = outcome.To, Reason = outcome.Reason, At = outcome.At };

    internal SwapOutcome ToOutcome() => new(Result, From!, To!, Reason, At)
    {
        Applied = Applied,
        Starts = Starts,
        KeptFiles = Kept is { Count: > 0 } ? [.. Kept.OfType<string>()] : [], // two empty ones are equal only where both are the empty one
    };

    /// <summary>
    /// The same with less beside it: the oldest swap goes first, then names of kept files, which the log has too. Null: nothing is left to go.
    /// </summary>
    internal StoredOutcome? Smaller() => this switch
    {
        { Earlier: { Count: > 0 } earlier } => this with { Earlier = [.. earlier.SkipLast(1)] },
        { Kept: { Count: > 0 } kept } => this with { Kept = [.. kept.SkipLast(1)] },
        { Reason: { Length: > 1 } reason } => this with { Reason = reason[..(reason.Length / 2)] },
        _ => null,
    };
}
