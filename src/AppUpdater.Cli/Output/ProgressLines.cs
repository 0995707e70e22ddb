using AppUpdater.Staging;

namespace AppUpdater.Cli.Output;

/// <summary>For a log or a pipe: a line at the start of each phase and at most one a second after it.</summary>
internal sealed class ProgressLines(TextWriter error, TimeProvider clock) : ProgressDisplay
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private UpdatePhase? _phase;
    private long _shown;

    internal override Task<T> ShowAsync<T>(Func<IProgress<UpdateProgress>, Task<T>> work) => work(new Handler(Show));

    private void Show(UpdateProgress progress)
    {
        lock (_gate)
        {
            if (progress.Phase == _phase && clock.GetElapsedTime(_shown) < Pause)
                return;
            _phase = progress.Phase;
            _shown = clock.GetTimestamp();
            error.WriteLine(Line(progress));
        }
    }

    private static string Line(UpdateProgress progress)
    {
        if (progress.TotalBytes == 0)
            return $"{Title(progress.Phase)}.";
        var rate = progress.BytesPerSecond > 0 ? $", {ByteCount.Show((long)progress.BytesPerSecond)}/s" : "";
        return $"{Title(progress.Phase)}: {ByteCount.Show(progress.Bytes)} of {ByteCount.Show(progress.TotalBytes)}{rate}.";
    }
}
