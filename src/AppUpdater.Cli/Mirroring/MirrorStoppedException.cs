namespace AppUpdater.Cli.Mirroring;

/// <summary>A mirror was stopped by whoever runs it; the message tells what is done and how it goes on.</summary>
internal sealed class MirrorStoppedException(Wording wording, OperationCanceledException stopped)
    : OperationCanceledException(wording.ToString(), stopped, stopped.CancellationToken), IWorded
{
    public Wording Wording => wording;
}
