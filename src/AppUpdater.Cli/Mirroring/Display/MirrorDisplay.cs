using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;
using Spectre.Console;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>
/// Shows how a mirror goes on while it does, on standard error. Does not tell how a run ended: that is for whoever started it.
/// What is written meanwhile, to standard output too, goes through <see cref="Screen"/> or <see cref="Note"/>.
/// </summary>
internal abstract class MirrorDisplay : IMirrorListener, IAsyncDisposable
{
    /// <summary>Where to write while this display is up, so that nothing tears the picture.</summary>
    internal abstract Screen Screen { get; }

    /// <summary>
    /// A picture in a terminal, else a line now and then. With <paramref name="json"/> only failures: who reads JSON looks at no picture.
    /// Without colour where NO_COLOR is set (https://no-color.org). There is room for one picture: jobs that run at the same time get lines.
    /// </summary>
    /// <param name="screen">Its standard error is drawn on.</param>
    /// <param name="json">Whether results go to a script.</param>
    /// <param name="direction">Of the mirror.</param>
    /// <param name="clock">Of rates, and of drawing.</param>
    /// <param name="job">What the job is called, where there may be several; null: nothing.</param>
    internal static MirrorDisplay For(Screen screen, bool json, MirrorDirection direction, TimeProvider clock, string? job = null)
    {
        if (json || !screen.IsTerminal)
            return new LineDisplay(screen, new BoardLines(direction, job, isQuiet: json, clock));
        var noColour = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(screen.Error),
            ColorSystem = noColour ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        return console.Profile.Capabilities.Ansi
            ? new TerminalDisplay(console, screen, new MirrorBoard(direction, TimeSpan.Zero), clock, job)
            : new LineDisplay(screen, new BoardLines(direction, job, isQuiet: false, clock)); // an old console, where nothing can be drawn over
    }

    public abstract void Planned(MirrorPlan plan);

    public abstract void Happened(MirrorEvent happened);

    public abstract void Ended(MirrorReport report);

    public abstract void Failed(Exception failure);

    /// <summary>Text of its own lines, above the picture where there is one.</summary>
    internal abstract void Note(string text);

    public abstract ValueTask DisposeAsync();

    private protected static int Transfers(MirrorPlan plan) =>
        plan.Actions.Count(action => action.Kind is MirrorActionKind.Create or MirrorActionKind.Update);
}
