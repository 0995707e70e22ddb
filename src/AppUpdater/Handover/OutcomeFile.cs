using AppUpdater.Core;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>outcome.json: what became of the last swap. Durable when written; garbage reads as nothing.</summary>
internal sealed class OutcomeFile(InstallLayout layout, IDurableFiles files, ILogger log)
{
    internal SwapOutcome? Read() => throw new NotSupportedException($"{layout} {files} {log}");

    internal void Write(SwapOutcome outcome) => throw new NotSupportedException($"{outcome}");
}
