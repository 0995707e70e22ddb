using AppUpdater.Staging;
using Spectre.Console;

namespace AppUpdater.Cli.Output;

/// <summary>For a terminal: one bar a phase. Without colour where NO_COLOR is set (https://no-color.org).</summary>
internal sealed class ProgressBars : ProgressDisplay
{
    internal override Task<T> ShowAsync<T>(Func<IProgress<UpdateProgress>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            ColorSystem = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(bars => work(new Handler(new PhaseBars(bars).Show)));
    }

    private sealed class PhaseBars(ProgressContext bars)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<UpdatePhase, ProgressTask> _shown = [];

        internal void Show(UpdateProgress progress)
        {
            lock (_gate)
            {
                if (!_shown.TryGetValue(progress.Phase, out var bar))
                    _shown.Add(progress.Phase, bar = bars.AddTask(Title(progress.Phase)));
                bar.MaxValue = Math.Max(progress.TotalBytes, 1);
                bar.Value = progress.TotalBytes == 0 ? 1 : progress.Bytes;
            }
        }
    }
}
