using System.Text.Json.Serialization;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Mirroring;

// What --json prints. Scripts read it: members are added, never renamed.

/// <summary>Path: null for the whole run.</summary>
internal sealed record MirrorFailureResult(string? Path, string Reason);

/// <summary>Kind: createFolder, create, update, remove, removeFolder.</summary>
internal sealed record MirrorActionResult(string Kind, string Path, long Bytes, string Why);

/// <summary>
/// Job: null on the command line. Direction: pull or push. Waiting: of those skipped, may still be written to. Plan: of a dry run, whose counts
/// are what would be; else null. HeldBack: files that were to be removed and stay, since they are too many or there is doubt; see notes. Error: why it could not be carried out; null where it was.
/// </summary>
internal sealed record MirrorResult(
    string? Job, string Direction, string Directory, string Server, bool DryRun, int Code, int New, int Updated, int Unchanged, int Removed, int Skipped,
    int Waiting, int Duplicates, int Failed, int HeldBack, long Bytes, double Seconds, IReadOnlyList<MirrorFailureResult> Failures, IReadOnlyList<string> Notes,
    IReadOnlyList<MirrorActionResult>? Plan, ErrorDetail? Error)
{
    internal static MirrorResult Of(MirrorOutcome outcome)
    {
        var (job, tally) = (outcome.Job, outcome.Tally);
        return new MirrorResult(
            job.Name, job.Direction.Word(), job.Options.Directory, RemoteLocation.Parse(job.Options.Url).ToString(), job.IsDryRun,
            outcome.Code, tally.New, tally.Updated, tally.Unchanged, tally.Removed, tally.Skipped, tally.Waiting, tally.Duplicates, tally.Failures.Length,
            tally.HeldBack, tally.Bytes, Math.Round(outcome.Elapsed.TotalSeconds, 3),
            [.. tally.Failures.Select(failure => new MirrorFailureResult(failure.Path?.Value, failure.Reason))], [.. tally.Notes.Select(note => note.ToString())],
            outcome.Plan is { } plan ? [.. plan.Actions.Select(action => new MirrorActionResult(Word(action.Kind), action.Path.Value, action.Bytes, action.Why))] : null,
            outcome.Failure is { } failure ? new ErrorDetail(outcome.Code, failure.Message) : null);
    }

    private static string Word(MirrorActionKind kind) => kind switch
    {
        MirrorActionKind.CreateFolder => "createFolder",
        MirrorActionKind.Create => "create",
        MirrorActionKind.Update => "update",
        MirrorActionKind.Remove => "remove",
        _ => "removeFolder",
    };
}

/// <summary>Of several jobs. Code: the worst of theirs.</summary>
internal sealed record MirrorRunResult(int Code, IReadOnlyList<MirrorResult> Jobs);

[JsonSerializable(typeof(MirrorResult))]
[JsonSerializable(typeof(MirrorRunResult))]
internal sealed partial class MirrorJson : JsonSerializerContext
{
    internal static MirrorJson Readable { get; } = new(CliJson.NewOptions());
}
