#pragma warning disable CA2000 // lock and file are the session's, and disposed with it
namespace AppUpdater.Mirroring;

/// <summary>A mirror at work: its lock and its state. Ended, another may begin.</summary>
internal sealed class MirrorSession : IDisposable
{
    private readonly MirrorLock? _lock;

    private MirrorSession(MirrorLock? taken, MirrorStateFile file, MirrorState state) => (_lock, File, State) = (taken, file, state);

    internal MirrorState State { get; }

    internal MirrorStateFile File { get; }

    /// <exception cref="InstallException">Another mirror is at work here, or the folder can't be written.</exception>
    internal static MirrorSession Open(MirrorSetup setup)
    {
        var place = setup.Place;
        if (setup.Options.IsDryRun)
        {
            var known = new MirrorStateFile(place, setup.Files, setup.Options.Logger);
            return new MirrorSession(taken: null, known, known.Load());
        }

        try
        {
            Directory.CreateDirectory(place.Own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"{place.Own} can't be made: {Wording.Of(e)} A mirror keeps there what it knows; give it write access.", e);
        }

        var taken = MirrorLock.Take(place, setup.Files, setup.Options.Clock);
        var file = new MirrorStateFile(place, setup.Files, setup.Options.Logger);
        try
        {
            var state = file.Load();
            if (setup.Files.Stat(place.Journal) is not null)
                file.Save(state); // its last line may be half of one: nothing is added behind it
            return new MirrorSession(taken, file, state);
        }
        catch
        {
            file.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Carries a plan out; what was done is remembered whatever ends it.</summary>
    internal async Task<MirrorReport> RunAsync(MirrorPlan plan, IProgress<MirrorEvent>? progress, TimeProvider clock, Func<MirrorRun, Task> work)
    {
        if (_lock is null)
            throw new InvalidOperationException("A dry run carries nothing out.");
        State.Apply(plan.Details);
        var run = new MirrorRun(plan, State, File, progress, clock);
        var details = plan.Details;
        try
        {
            await work(run).ConfigureAwait(false);
        }
        finally
        {
            if (plan.Actions.Length + details.Adopt.Count + details.Forget.Count + details.Leftovers.Length > 0 || details.Verified is not null)
                File.Save(State);
        }

        return run.Finish();
    }

    /// <summary>Remembers what waits for the next plan.</summary>
    internal void Keep(Dictionary<RelativePath, WaitingFile> waiting)
    {
        if (_lock is null || waiting.Count + State.Waiting.Count == 0)
            return;
        State.Waiting = waiting;
        File.Save(State);
    }

    public void Dispose()
    {
        File.Dispose();
        _lock?.Dispose();
    }
}
