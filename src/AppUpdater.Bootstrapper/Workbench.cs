using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>What all steps work with, for one install.</summary>
internal sealed class Workbench(InstallLayout layout, IDurableFiles files, TimeProvider clock, ILogger log)
{
    private readonly OutcomeFile _outcome = new(layout, files, log);

    internal InstallLayout Layout => layout;

    internal IDurableFiles Files => files;

    internal TimeProvider Clock => clock;

    internal ILogger Log => log;

    internal SwapStore Store { get; } = new(files, layout);

    internal SwapRunner Runner { get; } = new(files, layout, clock);

    /// <summary>Writes what became of the swap, for the host and for a look at the log.</summary>
    internal void Report(SwapHeader header, SwapResult result, string? reason)
    {
        log.LogInformation("{From} → {To}: {Result}. {Reason}", header.From.Length > 0 ? header.From : "nothing", header.To, result, reason ?? "");
        try
        {
            _outcome.Write(new SwapOutcome(result, header.From, header.To, reason, clock.GetUtcNow()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The journal is the truth; this is its reading for people. A full disk must not keep the app from starting.
            log.LogError("{File} can't be written ({Reason}).", layout.Outcome, e.Message);
        }
    }

    /// <summary>Why the last outcome for this swap's version is what it is; null where none was told.</summary>
    internal string? LastReason(SwapHeader header) => _outcome.Read() is { } last && last.To == header.To ? last.Reason : null;

    /// <summary>Says it in one line on standard error, and in the log.</summary>
    internal void Say(string message)
    {
        log.LogWarning("{Message}", message);
        Console.Error.WriteLine($"AppUpdater: {message}");
    }
}
