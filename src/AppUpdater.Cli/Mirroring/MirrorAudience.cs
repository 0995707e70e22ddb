using AppUpdater.Cli.Mirroring.Display;
using AppUpdater.Cli.Mirroring.Logging;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Cli.Output;

#pragma warning disable CA2000 // the listeners are the audience's, and disposed with it
namespace AppUpdater.Cli.Mirroring;

/// <summary>Who is told what a job's mirror does, for as long as the job lasts: its logs, and the program for complete folders.</summary>
internal sealed class MirrorAudience : IAsyncDisposable
{
    private readonly MirrorLog _log;
    private readonly FolderPrograms? _programs;

    private MirrorAudience(MirrorLog log, FolderPrograms? programs) => (_log, _programs) = (log, programs);

    internal IEnumerable<IMirrorListener> Listeners => _programs is null ? [_log] : [_log, _programs];

    /// <param name="job">As <see cref="Known"/> returns it.</param>
    /// <param name="clock">Days of the logs begin by its zone.</param>
    /// <param name="note">Told what goes wrong beside the mirror, and what the programs say.</param>
    /// <param name="stop">The mirror is stopped: programs for its folders are then waited for only shortly.</param>
    /// <exception cref="InstallException">A log can't be written.</exception>
    /// <exception cref="SettingsException">Two logs would be one file, or the program can't be started.</exception>
    internal static MirrorAudience Open(MirrorJob job, TimeProvider clock, Action<string> note, CancellationToken stop)
    {
        var log = MirrorLog.Open(job, clock, note);
        try
        {
            return new MirrorAudience(log, job.OnFolderDone.IsEmpty ? null : new FolderPrograms(job, note, stop));
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>The job with what only its host knows: whose files its logs are, and where it tells what is odd.</summary>
    /// <exception cref="SettingsException">Two logs would be one file.</exception>
    internal static MirrorJob Known(MirrorJob job, Screen screen, bool isVerbose) => job with
    {
        Options = job.Options with { OwnLogs = LogPlaces.Of(job.Direction, job.Log), Logger = screen.Logger(isVerbose, Reasons.Of) },
    };

    /// <summary>How one run of it goes on, for people: one job alone has the screen for itself.</summary>
    internal static MirrorDisplay Display(MirrorJob job, bool isAlone, bool isJson, Screen screen, TimeProvider clock) => isAlone
        ? MirrorDisplay.For(screen, isJson, job.Direction, clock)
        : MirrorDisplay.For(screen with { IsTerminal = false }, isJson, job.Direction, clock, job.Title);

    public async ValueTask DisposeAsync()
    {
        if (_programs is not null)
            await _programs.DisposeAsync();
        _log.Dispose();
    }
}
