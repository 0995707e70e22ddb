using System.Collections.Immutable;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Tells several listeners, one after another.</summary>
internal sealed class MirrorFanOut(ImmutableArray<IMirrorListener> listeners) : IMirrorListener, IProgress<MirrorEvent>
{
    public void Planned(MirrorPlan plan)
    {
        foreach (var listener in listeners)
            listener.Planned(plan);
    }

    public void Happened(MirrorEvent happened)
    {
        foreach (var listener in listeners)
            listener.Happened(happened);
    }

    public void Ended(MirrorReport report)
    {
        foreach (var listener in listeners)
            listener.Ended(report);
    }

    public void Failed(Exception failure)
    {
        foreach (var listener in listeners)
            listener.Failed(failure);
    }

    public void Report(MirrorEvent value) => Happened(value);
}
