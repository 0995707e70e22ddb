using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Display;

/// <summary>For a log or a pipe: plain lines, no escape sequence ever.</summary>
internal sealed class LineDisplay(Screen screen, BoardLines lines) : MirrorDisplay
{
    private readonly Lock _gate = new();

    internal override Screen Screen => screen;

    public override void Planned(MirrorPlan plan) => Write(() => lines.Begin(plan.BytesToTransfer, Transfers(plan), plan.Failures));

    public override void Happened(MirrorEvent happened) => Write(() => lines.Apply(happened));

    public override void Ended(MirrorReport report) => Write(() => lines.End(report.Failures));

    public override void Failed(Exception failure)
    {
        lock (_gate)
            lines.Fail();
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal override void Note(string text) => screen.Note(text);

    private void Write(Func<IEnumerable<string>> what)
    {
        lock (_gate)
        {
            foreach (var line in what())
                screen.Note(line);
        }
    }
}
