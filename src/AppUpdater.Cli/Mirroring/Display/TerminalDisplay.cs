using System.Runtime.InteropServices;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;
using Spectre.Console;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>For a terminal: a picture at its end, drawn ten times a second at most, however much happens.</summary>
internal sealed class TerminalDisplay : MirrorDisplay
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly Glyphs _glyphs;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly string? _job;
    private readonly MirrorBoard _board;
    private readonly LivePicture _picture;
    private readonly LinesAbove _error;
    private readonly LinesAbove _out;
    private readonly PeriodicTimer _timer;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly Task _drawing;

    internal TerminalDisplay(IAnsiConsole console, Screen screen, MirrorBoard board, TimeProvider clock, string? job)
    {
        (_console, _board, _clock, _start, _job) = (console, board, clock, clock.GetTimestamp(), job is null ? null : ShownText.Clean(job));
        _glyphs = Glyphs.For(console.Profile.Encoding);
        _picture = new LivePicture(console);
        _error = new LinesAbove(screen.Error, _picture.Above);
        _out = new LinesAbove(screen.Out, _picture.Above);
        var sharesTerminal = ReferenceEquals(screen.Out, Console.Out) && !Console.IsOutputRedirected;
        Screen = screen with { Error = _error, Out = sharesTerminal ? _out : screen.Out };

        // A second Ctrl+C ends the process at once: by then the cursor is back already.
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => _picture.ShowCursor());
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => _picture.ShowCursor());
        _timer = new PeriodicTimer(Pace, clock);
        _drawing = DrawAsync();
    }

    internal override Screen Screen { get; }

    public override void Planned(MirrorPlan plan)
    {
        lock (_gate)
            _board.Begin(plan.BytesToTransfer, Transfers(plan), plan.Failures.Length, Now());
    }

    public override void Happened(MirrorEvent happened)
    {
        lock (_gate)
            _board.Apply(happened, Now());
    }

    public override void Ended(MirrorReport report) => End();

    public override void Failed(Exception failure) => End();

    internal override void Note(string text) => _picture.Above(text);

    public override async ValueTask DisposeAsync()
    {
        _timer.Dispose(); // ends the loop
        try
        {
            await _drawing;
        }
        finally
        {
            _picture.Dispose();
            _error.Dispose();
            _out.Dispose();
            _interrupt.Dispose();
            _terminate.Dispose();
        }
    }

    private async Task DrawAsync()
    {
        do
        {
            BoardView view;
            lock (_gate)
                view = _board.Look(Now()) with { Job = _job };
            _picture.Show(MirrorPicture.Draw(view, _console.Profile.Width, _console.Profile.Height, _glyphs));
        }
        while (await _timer.WaitForNextTickAsync());
    }

    private void End()
    {
        lock (_gate)
            _board.End(Now());
    }

    private TimeSpan Now() => _clock.GetElapsedTime(_start);
}
