using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary><c>mirror status</c> for a person.</summary>
/// <param name="zone">In which times are shown.</param>
internal sealed class MirrorStatusLines(TimeZoneInfo zone)
{
    private readonly Texts _texts = new("MirrorSchedule");

    internal IEnumerable<string> Of(KnownMirrors known)
    {
        if (known.Mirrors.IsEmpty)
            yield return _texts.Format("Status.None", known.Directory);
        foreach (var mirror in known.Mirrors)
        {
            foreach (var line in Of(mirror, known.Directory))
                yield return line;
        }

        yield return _texts.Format("Status.Free", known.Directory, known.Free is { } free ? ByteCount.Show(free) : _texts["Status.Unknown"]);
    }

    private IEnumerable<string> Of(KnownMirror mirror, string directory)
    {
        if (mirror.Status is not { } status)
        {
            yield return _texts.Format(mirror.Problem is null ? "Status.NoCycle" : "Status.Damaged", mirror.Id, mirror.Problem);
            yield break;
        }

        var title = MirrorStatus.Short(status.Job is { } job ? $"{job}: " : "");
        yield return $"{title}{_texts.Format(status.Direction == MirrorPlace.Pull ? "Status.Pull" : "Status.Push", directory, MirrorStatus.Short(status.Server))}";
        yield return Line("Status.Success", Time(status.LastSuccess));
        yield return Line("Status.Last", Last(status));
        yield return Line("Status.Next", status.NextRun is { } next ? CycleMessages.Time(next, zone) : _texts["Status.NoNext"]);
        yield return Line("Status.Running", Running(mirror));
        yield return Line("Status.Failing", status.Failing.Cycles.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var failure in status.LastResult?.Failures ?? [])
            yield return $"    {(failure.Path is { } path ? $"{MirrorStatus.Short(path)}: " : "")}{MirrorStatus.Short(failure.Shown)}";
        if (status.LastResult?.HeldBackWhy is { } why)
            yield return $"    {MirrorStatus.Short(why.Shown)}";
        if (status.LastResult is { } result && result.Failed > result.Failures.Length)
            yield return $"    {_texts.Format("Status.MoreFailures", result.Failed - result.Failures.Length)}";
    }

    private string Last(MirrorStatus status) => status switch
    {
        { LastResult: { } result, LastEnd: { } end } when !status.IsOwed || status.Unfinished.Cycles > 0 =>
            $"{CycleMessages.Time(end, zone)}: {CycleMessages.Counts(_texts, result)}",
        { LastStart: { } start } => _texts.Format("Status.Begun", CycleMessages.Time(start, zone)),
        _ => _texts["Status.Never"],
    };

    private string Running(KnownMirror mirror) => mirror switch
    {
        { IsAtWork: true } => _texts.Format("Status.AtWork", mirror.Status!.ProcessId),
        { IsInCycles: true } => _texts.Format("Status.BetweenCycles", mirror.Status!.ProcessId),
        { IsAtWork: null } or { IsInCycles: null } => _texts["Status.Unknown"],
        _ => _texts["Status.NotRunning"],
    };

    private string Time(DateTimeOffset? time) => time is { } at ? CycleMessages.Time(at, zone) : _texts["Status.Never"];

    private string Line(string label, string value) => $"  {_texts[label],-18}{value}";
}
