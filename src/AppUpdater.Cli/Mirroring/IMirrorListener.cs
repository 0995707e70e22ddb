using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>
/// Told what one mirror does, one call at a time: a log, the screen, a command that is started. A listener that fails (a full disk under the
/// log) ends the run, except where it can say so and go on.
/// </summary>
internal interface IMirrorListener
{
    /// <summary>A run is about to begin. Of a watch, told for every cycle that does something.</summary>
    void Planned(MirrorPlan plan);

    /// <summary>As the mirror tells it, in the order things finished.</summary>
    void Happened(MirrorEvent happened);

    /// <summary>The run is over; some files may have failed.</summary>
    void Ended(MirrorReport report);

    /// <summary>The run could not be made or carried on.</summary>
    void Failed(Exception failure);
}
