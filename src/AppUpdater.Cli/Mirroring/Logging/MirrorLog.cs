using System.Collections.Immutable;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;

#pragma warning disable CA2000 // the writers are the log's, and disposed with it
namespace AppUpdater.Cli.Mirroring.Logging;

/// <summary>
/// The logs of one job (docs/mirror-log.md). A success is told exactly once, also where the process is killed between the deed and its line:
/// what then has no end is looked for in the next plan. A log that can't be written any more is said once, and the mirror goes on.
/// </summary>
internal sealed class MirrorLog : IMirrorListener, IDisposable
{
    private readonly ImmutableArray<LogWriter> _writers;
    private readonly RunJournal _journal;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, LogEntry> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<MirrorFailure> _told = [];
    private bool _isFirst = true;
    private bool _isInCycle;

    private MirrorLog(ImmutableArray<LogWriter> writers, RunJournal journal, TimeProvider clock) => (_writers, _journal, _clock) = (writers, journal, clock);

    /// <summary>Opens the logs that the job asks for; none may be asked for.</summary>
    /// <param name="job">Its options name the logs as its own: see <see cref="LogPlaces.Of"/>.</param>
    /// <param name="clock">Days begin by its zone.</param>
    /// <param name="note">Told, once, what goes wrong with a log later on.</param>
    /// <exception cref="InstallException">A log can't be written; the message names it and says what to do.</exception>
    /// <exception cref="SettingsException">Two logs would be one file, or an option is wrong.</exception>
    internal static MirrorLog Open(MirrorJob job, TimeProvider clock, Action<string> note) =>
        Open(job, clock, note, (place, format) => new DailyFile(place, DurableFiles.ForThisSystem(), clock, format.Day));

    /// <inheritdoc cref="Open(MirrorJob, TimeProvider, Action{string})"/>
    internal static MirrorLog Open(MirrorJob job, TimeProvider clock, Action<string> note, Func<OwnLog, ILogFormat, DailyFile> file)
    {
        var writers = ImmutableArray.CreateBuilder<LogWriter>();
        var mirror = job.Setup().Place;
        try
        {
            foreach (var (place, format) in LogPlaces.WithFormats(job, clock.LocalTimeZone))
            {
                writers.Add(new LogWriter(file(place, format), format, clock, note));
                writers[^1].Open();
            }
        }
        catch
        {
            foreach (var writer in writers)
                writer.Dispose();
            throw;
        }

        return new MirrorLog(writers.ToImmutable(), new RunJournal(Path.Join(mirror.Own, $"{mirror.Id}.told"), DurableFiles.ForThisSystem(), note), clock);
    }

    public void Planned(MirrorPlan plan)
    {
        if (_writers.IsEmpty)
            return;
        foreach (var writer in _writers)
            writer.Reopen();
        TellOutcome(_journal.Load(), plan);
        _journal.Clear();
        BeginCycle();
        foreach (var failure in plan.Failures)
            Tell(failure);
        foreach (var note in plan.HeldBack > 0 ? plan.Notes : [])
            Tell(new MirrorFailure(null, note));
    }

    public void Happened(MirrorEvent happened)
    {
        if (_writers.IsEmpty || happened.Kind == MirrorEventKind.Progress)
            return;
        if (!_isInCycle)
            BeginCycle();
        var entry = Entry(happened);
        if (entry.Event == LogEvent.Start)
        {
            _begun[entry.Path!] = entry;
            _journal.Add(entry);
        }
        else if (entry.Event == LogEvent.End)
        {
            _begun.Remove(entry.Path!);
        }

        if (!happened.IsSuccess)
            _told.Add(new MirrorFailure(happened.Path, happened.Reason ?? ""));
        Write(entry);
        if (entry.Event is not (LogEvent.Start or LogEvent.Duplicate))
            _journal.Add(entry);
    }

    public void Ended(MirrorReport report)
    {
        if (_writers.IsEmpty)
            return;
        if (!_isInCycle)
            BeginCycle();
        var isWhole = _begun.Count == 0; // a watch whose server went away ends its cycle, too
        Stop("The run ended before it.");
        foreach (var failure in report.Failures)
            Tell(failure);
        var counts = new LogCounts(
            report.Transferred, report.Unchanged, report.Failures.Length, report.Skipped, report.Removed, report.Bytes, report.Elapsed);
        Write(new LogEntry(_clock.GetUtcNow(), LogEvent.CycleEnd, null, counts.Failed + report.HeldBack == 0 ? LogState.Ok : LogState.Failed, null) { Counts = counts });
        if (isWhole)
            _journal.Clear();
        EndCycle();
    }

    public void Failed(Exception failure)
    {
        if (_writers.IsEmpty)
            return;
        var isStopped = failure is OperationCanceledException;
        Stop(isStopped ? "The run was stopped." : "The run failed.");
        Write(new LogEntry(
            _clock.GetUtcNow(), LogEvent.RunFailed, null, isStopped ? LogState.Stopped : LogState.Failed, isStopped ? "The run was stopped." : failure.Message));
        EndCycle();
    }

    public void Dispose()
    {
        if (_isInCycle)
            Failed(new OperationCanceledException());
        foreach (var writer in _writers)
            writer.Dispose();
        _journal.Dispose();
    }

    private static LogEntry Entry(MirrorEvent happened)
    {
        var what = happened.Kind switch
        {
            MirrorEventKind.Started => LogEvent.Start,
            MirrorEventKind.FileDone => LogEvent.End,
            MirrorEventKind.FileRemoved => LogEvent.FileRemoved,
            MirrorEventKind.FolderCreated => LogEvent.FolderCreated,
            MirrorEventKind.FolderRemoved => LogEvent.FolderRemoved,
            MirrorEventKind.FolderDone => LogEvent.FolderDone,
            _ => LogEvent.Duplicate,
        };
        var state = what == LogEvent.Start ? LogState.None : happened.IsSuccess ? LogState.Ok : LogState.Failed;
        return new LogEntry(happened.At, what, happened.Path?.Value ?? LogEntry.Top, state, happened.Reason)
        {
            Bytes = what is LogEvent.Start or LogEvent.End or LogEvent.FileRemoved ? happened.Bytes : null,
        };
    }

    private void BeginCycle()
    {
        var begin = new LogEntry(_clock.GetUtcNow(), LogEvent.CycleBegin, null, LogState.None, null) { IsFirst = _isFirst };
        _journal.Add(begin);
        Write(begin);
        (_isFirst, _isInCycle) = (false, true);
    }

    private void EndCycle()
    {
        _isInCycle = false;
        _told.Clear();
    }

    private void TellOutcome(CutCycle cut, MirrorPlan plan)
    {
        foreach (var (entry, since) in cut.Outcome(plan, _clock.GetUtcNow()))
        {
            foreach (var writer in _writers.Where(writer => !IsTold(writer, entry, since)))
                writer.Write(entry);
        }

        _begun.Clear();
    }

    /// <summary>Of what was cut off, any end that is told is enough.</summary>
    private static bool IsTold(LogWriter writer, LogEntry entry, DateTimeOffset since) =>
        writer.Tells(entry, since)
        || (entry.State == LogState.Stopped && (writer.Tells(entry with { State = LogState.Failed }, since) || writer.Tells(entry with { State = LogState.Ok }, since)));

    private void Tell(MirrorFailure failure)
    {
        if (_told.Add(failure))
            Write(new LogEntry(_clock.GetUtcNow(), LogEvent.Problem, failure.Path?.Value ?? LogEntry.Top, LogState.Failed, failure.Reason));
    }

    /// <summary>Every transfer that began is told to have ended. The journal keeps it: should it be in place all the same, the next run tells so.</summary>
    private void Stop(string reason)
    {
        foreach (var path in _begun.Keys.Order(StringComparer.Ordinal))
            Write(new LogEntry(_clock.GetUtcNow(), LogEvent.End, path, LogState.Stopped, reason));
        _begun.Clear();
    }

    private void Write(LogEntry entry)
    {
        foreach (var writer in _writers)
            writer.Write(entry);
    }
}
