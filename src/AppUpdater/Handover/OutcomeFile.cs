using System.Text.Json;
using System.Text.Json.Serialization;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>outcome.json: what became of the last swap. Durable when written; garbage reads as nothing.</summary>
internal sealed class OutcomeFile(InstallLayout layout, IDurableFiles files, ILogger log)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>The last outcome, or null where there is none, or none that can be read.</summary>
    internal SwapOutcome? Read()
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

    /// <exception cref="IOException">It can't be written.</exception>
    internal void Write(SwapOutcome outcome) =>
        AtomicFile.Write(files, layout.Outcome, JsonSerializer.SerializeToUtf8Bytes(outcome, OutcomeJson.Default.SwapOutcome));

    private SwapOutcome? Parse(IDurableFiles disk)
    {
        using var stream = disk.OpenRead(layout.Outcome);
        var outcome = JsonSerializer.Deserialize(stream, OutcomeJson.Default.SwapOutcome);
        if (outcome is { From: not null, To: not null })
            return outcome;
        log.LogWarning("{File} lacks what the updater writes there; it is not used.", layout.Outcome);
        return null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, MaxDepth = 8)]
[JsonSerializable(typeof(SwapOutcome))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
