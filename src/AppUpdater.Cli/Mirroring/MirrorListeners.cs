using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Who is told what a job's mirror does: here logs, display and commands are made for it.</summary>
internal static class MirrorListeners
{
    internal static MirrorFanOut Open(MirrorJob job, Screen screen, MirrorTally tally, TimeProvider clock) =>
        new([tally, new MirrorLines(job.Title, screen.Error, clock)]);
}
