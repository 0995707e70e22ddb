namespace AppUpdater.Cli.Mirroring;

/// <summary>A mirror was stopped by whoever runs it; the message tells what is done and how it goes on.</summary>
internal sealed class MirrorStoppedException(string message, OperationCanceledException stopped)
    : OperationCanceledException(message, stopped, stopped.CancellationToken);
