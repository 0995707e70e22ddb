using System.Text;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Display;
using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;
using Spectre.Console;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

public sealed class MirrorDisplayTests : IDisposable
{
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly HandClock _clock = new();
    private readonly Language _language = new("en");

    public void Dispose()
    {
        _error.Dispose();
        _out.Dispose();
        _language.Dispose();
    }

    [Fact]
    public async Task Redirected_it_writes_a_line_a_second_at_most_and_every_failure()
    {
        await using var display = MirrorDisplay.For(new Screen(_out, _error, IsTerminal: false), json: false, MirrorDirection.Pull, _clock);

        display.Planned(Happenings.Plan([new MirrorFailure(RelativePath.Parse("locked"), "550 not listed")], ("a", 1000), ("b", 1000), ("c", 10)));
        display.Happened(Happenings.Started("a", 1000));
        display.Happened(Happenings.Moved("a", 0));
        _clock.Pass(TimeSpan.FromSeconds(0.9));
        display.Happened(Happenings.Moved("a", 400));
        display.Happened(Happenings.Failed("c", 10, "550 \u001b[31mno\r\n"));
        _clock.Pass(TimeSpan.FromSeconds(0.1));
        display.Happened(Happenings.Moved("a", 500));
        _clock.Pass(TimeSpan.FromSeconds(1.9));
        display.Happened(Happenings.Moved("a", 600));
        _clock.Pass(TimeSpan.FromSeconds(0.1));
        display.Happened(Happenings.Done("a", 1000));
        display.Ended(Happenings.Report(new MirrorFailure(null, "the server is gone"), new MirrorFailure(RelativePath.Parse("c"), "told already")));

        Assert.Equal(
            """
            Failed: locked: 550 not listed
            Downloading: 0 bytes of 2.0 kB, 0 of 3 files, 1 failed.
            Failed: c: 550 ?[31mno
            Downloading: 500 bytes of 2.0 kB, 0 of 3 files, 2 failed, 500 bytes/s, 0:03 left.
            Downloading: 1.0 kB of 2.0 kB, 1 of 3 files, 2 failed, 333 bytes/s, 0:03 left.
            Failed: the server is gone

            """,
            string.Join('\n', _error.ToString().Split('\n').Select(line => line.TrimEnd())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_json_it_writes_failures_alone_also_in_a_terminal(bool isTerminal)
    {
        await using var display = MirrorDisplay.For(new Screen(_out, _error, isTerminal), json: true, MirrorDirection.Push, _clock);

        display.Planned(Happenings.Plan([], ("a", 1000)));
        display.Happened(Happenings.Started("a", 1000));
        _clock.Pass(TimeSpan.FromSeconds(5));
        display.Happened(Happenings.Failed("a", 1000, "553 no"));
        display.Ended(Happenings.Report(new MirrorFailure(RelativePath.Parse("a"), "553 no")));

        Assert.Equal("Failed: a: 553 no\n", _error.ToString());
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public async Task Each_line_of_one_job_among_several_names_it()
    {
        await using var display = MirrorDisplay.For(new Screen(_out, _error, IsTerminal: false), json: false, MirrorDirection.Pull, _clock, "scenes");

        display.Planned(Happenings.Plan([], ("a", 1000)));
        display.Happened(Happenings.Failed("a", 1000, "550 no"));
        display.Ended(Happenings.Report(new MirrorFailure(null, "gone")));

        Assert.Equal("scenes: Downloading: 0 bytes of 1.0 kB, 0 of 1 files.\nscenes: Failed: a: 550 no\nscenes: Failed: gone\n", _error.ToString());
    }

    [Fact]
    public async Task A_long_night_fills_no_journal()
    {
        await using var display = MirrorDisplay.For(new Screen(_out, _error, IsTerminal: false), json: false, MirrorDirection.Push, _clock);
        display.Planned(Happenings.Plan([], ("a", 1_000_000)));
        display.Happened(Happenings.Started("a", 1_000_000));
        for (var second = 0; second < 8 * 3600; second++)
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            display.Happened(Happenings.Moved("a", second));
        }

        Assert.InRange(_error.ToString().Count(c => c == '\n'), 850, 950);
    }

    [Fact]
    public async Task Two_runs_within_a_second_write_one_line()
    {
        await using var display = MirrorDisplay.For(new Screen(_out, _error, IsTerminal: false), json: false, MirrorDirection.Push, _clock);
        for (var run = 0; run < 10; run++)
        {
            display.Planned(Happenings.Plan([], ("a", 1)));
            display.Happened(Happenings.Done("a", 1));
            display.Ended(Happenings.Report());
        }

        Assert.Equal("Uploading: 0 bytes of 1 bytes, 0 of 1 files.\n", _error.ToString());
    }

    [Fact]
    public async Task In_a_terminal_a_hundred_thousand_events_draw_one_frame_a_tick()
    {
        var display = Terminal(AnsiSupport.No);
        display.Planned(Happenings.Plan([], ("a", 100_000)));
        display.Happened(Happenings.Started("a", 100_000));
        for (var i = 0; i < 100_000; i++)
            display.Happened(Happenings.Moved("a", i));
        Assert.Equal(1, Frames()); // the first, at once

        _clock.Tick();
        await Until(() => Frames() == 2);
        await display.DisposeAsync();

        Assert.Contains("Uploading ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Frames());

        int Frames() => _error.ToString().Split('\n').Count(line => line.StartsWith("Comparing", StringComparison.Ordinal) || line.StartsWith("Uploading", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Notes_and_results_meanwhile_go_above_the_picture()
    {
        var display = Terminal(AnsiSupport.Yes);
        display.Screen.Note("the password is in the address");
        await display.Screen.Error.WriteAsync("half ");
        await display.Screen.Error.WriteAsync("a line\r\nand no end");
        display.Note("once more");
        display.Screen.Say("a result");
        await display.DisposeAsync();

        var text = _error.ToString();
        foreach (var note in new[] { "the password is in the address\n", "half a line\n", "once more\n", "and no end\n" })
            Assert.Contains($"\u001b[J{note}", text, StringComparison.Ordinal);
        Assert.Equal("a result\n", _out.ToString()); // it has another place to go to than the picture
    }

    [Fact]
    public async Task The_cursor_is_back_after_a_run_that_failed()
    {
        var display = Terminal(AnsiSupport.Yes);
        display.Planned(Happenings.Plan([], ("a", 100_000)));
        display.Failed(new UnreachableException("The server is gone."));
        await display.DisposeAsync();

        Assert.EndsWith("\u001b[J\u001b[?25h", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("gone", _error.ToString(), StringComparison.Ordinal); // told by whoever started it
    }

    [Theory]
    [InlineData("utf-8", "✓")]
    [InlineData("utf-16", "✓")]
    [InlineData("iso-8859-1", "ok")]
    [InlineData("us-ascii", "ok")]
    public void Signs_are_those_that_the_encoding_can_write(string encoding, string sign) => Assert.Equal(sign, Glyphs.For(Encoding.GetEncoding(encoding)).Done);

    private TerminalDisplay Terminal(AnsiSupport ansi)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_error), Ansi = ansi, ColorSystem = ColorSystemSupport.NoColors });
        (console.Profile.Width, console.Profile.Height) = (80, 24);
        return new TerminalDisplay(console, new Screen(_out, _error, IsTerminal: true), new MirrorBoard(MirrorDirection.Push, TimeSpan.Zero), _clock, job: null);
    }

    private static async Task Until(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 500);
            await Task.Delay(10);
        }
    }
}
