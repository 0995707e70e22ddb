using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>What all steps work with, for one install.</summary>
internal sealed class Workbench(InstallLayout layout, IDurableFiles files, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(3);

    private readonly OutcomeFile _outcome = new(layout, files, log);
    private readonly List<string> _kept = [];

    internal InstallLayout Layout => layout;

    internal IDurableFiles Files => files;

    internal TimeProvider Clock => clock;

    internal ILogger Log => log;

    internal SwapStore Store { get; } = new(files, layout);

    internal SwapRunner Runner { get; } = new(files, layout, clock);

    /// <summary>The swap that lies there, or null. Where the disk fails it is looked for again: who does not see it can start nothing.</summary>
    /// <exception cref="InstallException">The disk can't be read.</exception>
    internal async Task<FoundSwap?> FindAsync()
    {
        FoundSwap? found = null;
        InstallException? failure = null;
        bool IsRead()
        {
            try
            {
                (found, failure) = (Store.Find(), null);
            }
            catch (InstallException e)
            {
                failure = e;
            }

            return failure is null;
        }

        return await Polling.UntilAsync(IsRead, ReadWithin, clock, default).ConfigureAwait(false) ? found : throw failure!;
    }

    /// <summary>Writes what became of the swap, for the host and for a look at the log.</summary>
    internal void Report(SwapHeader header, SwapResult result, string? reason)
    {
        log.LogInformation("{From} → {To}: {Result}. {Reason}", header.From.Length > 0 ? header.From : "nothing", header.To, result, reason ?? "");
        try
        {
            var outcome = new SwapOutcome(result, header.From, header.To, reason, clock.GetUtcNow())
            {
                Starts = Starts(header).Total,
                KeptFiles = [.. _kept],
            };
            _outcome.Write(header.Id, outcome);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The journal is the truth; this is its reading for people. A full disk must not keep the app from starting.
            log.LogError("{File} can't be written ({Reason}).", layout.Outcome, e.Message);
        }
    }

    /// <summary>Files with unknown bytes that the swap moved aside: they are told with its outcome.</summary>
    internal void NoteKept(IEnumerable<string> kept) => _kept.AddRange(kept);

    /// <summary>Why the version failed, or why the last outcome for it is what it is; null where none was told.</summary>
    internal string? LastReason(SwapHeader header) =>
        Starts(header).Failure ?? (_outcome.Read() is { } last && last.To == header.To ? last.Reason : null);

    /// <summary>What the starts of the version on probation came to; nothing where that can't be read.</summary>
    internal StartsSoFar Starts(SwapHeader header)
    {
        try
        {
            return new StartCount(files, Path.Join(layout.Swaps, header.Id)).Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("How often {Version} was started can't be read: {Reason}", header.To, e.Message);
            return StartsSoFar.None;
        }
    }

    /// <summary>What of a version on probation was taken away since it was put in place, in a sentence; null where nothing was.</summary>
    internal string? Removed(FoundSwap swap)
    {
        try
        {
            return new PlacedFiles(files, layout).Removed(swap);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UpdateException)
        {
            log.LogWarning("Whether all of {Version} is still there can't be seen: {Reason}", swap.Header.To, e.Message);
            return null;
        }
    }

    /// <summary>Says it in one line on standard error, and in the log.</summary>
    internal void Say(string message)
    {
        log.LogWarning("{Message}", message);
        Console.Error.WriteLine($"AppUpdater: {message}");
    }
}
