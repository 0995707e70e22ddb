using AppUpdater.Mirroring;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Starts <c>--on-folder-done</c> for each folder that a file was brought into, in it or below it, once all that was to be done there is done:
/// inner folders first, then those that hold them, up to the mirror's own. Not for a folder in which anything failed or still waits: that is
/// complete in a later cycle.
/// </summary>
internal sealed class FolderPrograms : IMirrorListener, IAsyncDisposable
{
    internal const string Option = "--on-folder-done";

    private readonly MirrorJob _job;
    private readonly ProgramQueue _programs;
    private readonly CancellationToken _stop;
    private readonly HashSet<RelativePath> _broughtInto = [];
    private readonly HashSet<RelativePath> _incomplete = [];
    private bool _isAnyBrought;
    private bool _isTopIncomplete;

    /// <param name="job">Its program is not empty.</param>
    /// <param name="note">Told what the program writes and how it failed.</param>
    /// <param name="stop">The mirror is stopped: what runs is waited for only shortly, and what waits is named.</param>
    /// <exception cref="SettingsException">The program can't be started like this.</exception>
#pragma warning disable CA2000 // disposed with this
    internal FolderPrograms(MirrorJob job, Action<string> note, CancellationToken stop)
        : this(job, new ProgramQueue(new StartedProgram(job.OnFolderDone, Option, note), note), stop)
#pragma warning restore CA2000
    {
    }

    internal FolderPrograms(MirrorJob job, ProgramQueue programs, CancellationToken stop) => (_job, _programs, _stop) = (job, programs, stop);

    public void Planned(MirrorPlan plan)
    {
        Forget();
        // What a plan can't even try is no action of it, and no folder's progress counts it.
        foreach (var failure in plan.Failures)
        {
            _isTopIncomplete = true;
            if (failure.Path is { } path)
                _incomplete.UnionWith(path.Folders().Append(path));
        }
    }

    public void Happened(MirrorEvent happened)
    {
        if (happened is { Kind: MirrorEventKind.FileDone, IsSuccess: true, Path: { } file })
        {
            _isAnyBrought = true;
            _broughtInto.UnionWith(file.Folders());
        }
        else if (happened is { Kind: MirrorEventKind.FolderDone, IsSuccess: true } && IsDone(happened.Path))
        {
            _programs.Add(FullPath(happened.Path), new Dictionary<string, string> { ["APPUPDATER_JOB"] = MirrorStatus.Short(_job.Title) });
        }
    }

    public void Ended(MirrorReport report) => Forget();

    public void Failed(Exception failure) => Forget();

    /// <summary>Returns once all that were asked for have run, or the mirror is stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _programs.EndAsync(_stop);
        await _programs.DisposeAsync();
    }

    private bool IsDone(RelativePath? folder) =>
        folder is { } path ? _broughtInto.Contains(path) && !_incomplete.Contains(path) : _isAnyBrought && !_isTopIncomplete;

    private string FullPath(RelativePath? folder) => folder is { } path
        ? Path.Join(_job.Options.Directory, path.Value.Replace('/', Path.DirectorySeparatorChar))
        : _job.Options.Directory;

    private void Forget()
    {
        _broughtInto.Clear();
        _incomplete.Clear();
        (_isAnyBrought, _isTopIncomplete) = (false, false);
    }
}
