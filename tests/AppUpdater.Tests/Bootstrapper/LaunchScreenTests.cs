using AppUpdater.Bootstrapper;

namespace AppUpdater.Tests.Bootstrapper;

public sealed class LaunchScreenTests : IDisposable
{
    private static readonly string End = Environment.NewLine;

    private readonly StringWriter _error = new();
    private readonly JumpingClock _clock = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public void In_a_terminal_one_line_is_written_over_and_gone_in_the_end()
    {
        var screen = new LaunchScreen(_error, isTerminal: true, _clock);

        screen.Show("fetching 10 %");
        screen.Show("fetching 10 %");
        screen.Show("done");
        screen.Clear();
        screen.Clear();

        Assert.Equal("\rfetching 10 %\rdone         \r    \r", _error.ToString());
    }

    [Fact]
    public void What_is_said_takes_the_line_away_first()
    {
        var screen = new LaunchScreen(_error, isTerminal: true, _clock);

        screen.Show("abc");
        screen.Say("no update.");

        Assert.Equal($"\rabc\r   \rAppUpdater: no update.{End}", _error.ToString());
    }

    [Fact]
    public async Task Where_there_is_no_terminal_a_line_comes_every_ten_seconds_and_nothing_is_written_over()
    {
        var screen = new LaunchScreen(_error, isTerminal: false, _clock);

        for (var second = 0; second < 20; second++)
        {
            screen.Show($"at {second}");
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        }

        screen.Clear();
        Assert.Equal($"AppUpdater: at 0{End}AppUpdater: at 10{End}", _error.ToString());
    }

    [Fact]
    public void Where_nothing_can_be_written_nothing_fails()
    {
        var screen = new LaunchScreen(new FullDisk(), isTerminal: true, _clock);

        screen.Show("abc");
        screen.Say("no update.");
        screen.Clear();
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left on device");
    }
}
