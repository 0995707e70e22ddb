namespace AppUpdater.Bootstrapper;

/// <summary>The app, started as a child.</summary>
internal interface IAppProcess : IDisposable
{
    int Id { get; }

    /// <summary>Completes with the exit code; 128 and the signal's number where a signal ended it on Unix.</summary>
    Task<int> Ended { get; }

    /// <summary>Asks it to close: SIGTERM, or a message to its main window.</summary>
    void AskToClose();

    void Kill();
}
