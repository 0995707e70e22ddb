using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// What is known of a mirror's cycles, kept on disk, told to people, and to a program where too many failed. A status that can't be written
/// is kept in memory: the mirror does not end for it.
/// </summary>
internal sealed class MirrorHistory : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly MirrorPlace _place;
    private readonly CycleHost _host;
    private readonly CycleMessages _messages;
    private readonly FailureAlert _alert;
    private readonly Texts _texts = new("MirrorSchedule");
    private bool _isUnwritten;

    /// <exception cref="SettingsException">The program of <c>--on-error</c> can't be started.</exception>
    internal MirrorHistory(MirrorJob job, MirrorSetup setup, CycleHost host)
    {
        (_clock, _place, _host) = (setup.Options.Clock, setup.Place, host);
        _messages = new CycleMessages(job.Title, job.Schedule.Zone);
        _alert = new FailureAlert(job, host.Note);
        var fresh = new MirrorStatus { Id = _place.Id, Pair = _place.Pair, Direction = job.Direction.Word(), Server = setup.Location.ToString() };
        Status = (Read() ?? fresh) with { Job = job.Name };
    }

    internal MirrorStatus Status { get; private set; }

    /// <summary>No cycle yet: the next one is at that time.</summary>
    internal void Waits(DateTimeOffset next) => Keep(Status with { NextRun = next, ProcessId = Environment.ProcessId });

    internal void Begin() => Keep(Status.Began(_clock.GetUtcNow()));

    internal void End(MirrorReport report, DateTimeOffset? next) =>
        Tell(_alert.Consider(Status.Ended(report, _clock.GetUtcNow())) with { NextRun = next });

    /// <param name="failure">Of the cycle.</param>
    /// <param name="next">When it is tried again; null: never.</param>
    /// <param name="isLast">It ends a mirror that was to go on.</param>
    internal void Fail(Exception failure, DateTimeOffset? next, bool isLast = false) =>
        Tell(_alert.Consider(Status.Failed(Wording.Of(failure), _clock.GetUtcNow()), isLast) with { NextRun = next });

    public ValueTask DisposeAsync() => _alert.DisposeAsync();

    private void Tell(MirrorStatus status)
    {
        Keep(status);
        _host.Ended(status, _messages.Ended(status));
    }

    private void Keep(MirrorStatus status)
    {
        Status = status;
        if (!Directory.Exists(_place.Root))
            return; // not mounted: nothing may be made in its place
        try
        {
            MirrorStatusFile.Write(_host.Files, _place, status);
            _isUnwritten = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isUnwritten)
                _host.Note(_texts.Format("Status.CantWrite", MirrorStatusFile.PathOf(_place), Reasons.Of(e)));
            _isUnwritten = true;
        }
    }

    private MirrorStatus? Read()
    {
        var path = MirrorStatusFile.PathOf(_place);
        try
        {
            return MirrorStatusFile.Read(_host.Files, path) is { } status && status.Id == _place.Id ? status : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            _host.Note(_texts.Format("Status.Lost", path, Reasons.Of(e)));
            return null;
        }
    }
}
