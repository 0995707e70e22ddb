using AppUpdater.Staging;

namespace AppUpdater.Cli.Output;

/// <summary>Shows how work goes on while it does.</summary>
internal abstract class ProgressDisplay
{
    internal abstract Task<T> ShowAsync<T>(Func<IProgress<UpdateProgress>, Task<T>> work);

    private protected static string Title(UpdatePhase phase) => phase switch
    {
        UpdatePhase.Download => "Downloading",
        UpdatePhase.Verify => "Verifying",
        UpdatePhase.Backup => "Backing up",
        _ => "Preparing",
    };

    /// <summary>Progress is reported by the thread that does the work, so it is taken there and then.</summary>
    private protected sealed class Handler(Action<UpdateProgress> handle) : IProgress<UpdateProgress>
    {
        public void Report(UpdateProgress value) => handle(value);
    }
}
