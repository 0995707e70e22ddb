using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>
/// What a log or a pipe is told: each failure, and how far the mirror is, at first after a second and then ever more rarely: a night's
/// download fills no journal. Quiet: failures alone. Not for several threads at once.
/// </summary>
/// <param name="direction">Of the mirror.</param>
/// <param name="job">What each line begins with; null: nothing.</param>
/// <param name="isQuiet">Failures alone.</param>
/// <param name="clock">Of rates and pauses.</param>
internal sealed class BoardLines(MirrorDirection direction, string? job, bool isQuiet, TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(32);

    private readonly string _prefix = job is null ? "" : $"{ShownText.Clean(job)}: ";
    private readonly long _start = clock.GetTimestamp();
    private readonly MirrorBoard _board = new(direction, TimeSpan.Zero);
    private readonly HashSet<MirrorFailure> _planned = [];
    private TimeSpan? _last;
    private TimeSpan _pause = Shortest;
    private bool _hasTransfers;

    internal IEnumerable<string> Begin(long bytes, int files, IReadOnlyCollection<MirrorFailure> failures)
    {
        var now = Now();
        _board.Begin(bytes, files, failures.Count, now);
        _planned.Clear();
        _planned.UnionWith(failures);
        _pause = Shortest;
        _hasTransfers = files > 0;
        return [.. failures.Select(Line), .. Status(now)];
    }

    internal IEnumerable<string> Apply(MirrorEvent happened)
    {
        var now = Now();
        _board.Apply(happened, now);
        if (happened is { IsSuccess: false, Path: { } path, Kind: not MirrorEventKind.FolderDone })
            return [_prefix + BoardText.Failure(path.Value, Reasons.Of(happened.Wording ?? ""))];
        return Status(now);
    }

    /// <summary>Failures of files were told when they happened; those of the whole run were not.</summary>
    internal IEnumerable<string> End(IReadOnlyCollection<MirrorFailure> failures)
    {
        _board.End(Now());
        var untold = failures.Where(failure => failure.Path is null && !_planned.Contains(failure)).Select(Line).ToList();
        _planned.Clear();
        return untold;
    }

    internal void Fail() => _board.End(Now());

    private TimeSpan Now() => clock.GetElapsedTime(_start);

    private IEnumerable<string> Status(TimeSpan now)
    {
        if (isQuiet || !_hasTransfers || now - _last < _pause)
            return [];
        _pause = _last is null || _pause * 2 > Longest ? _pause : _pause * 2;
        _last = now;
        var view = _board.Look(now);
        return [$"{_prefix}{BoardText.Title(view)}: {string.Join(", ", BoardText.Figures(view).Select(figure => figure.Text))}."];
    }

    private string Line(MirrorFailure failure) => _prefix + BoardText.Failure(failure.Path?.Value, Reasons.Of(failure.Wording));
}
