using System.Text.RegularExpressions;
using AppUpdater.Cli.Mirroring.Display;
using Spectre.Console;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

public sealed partial class LivePictureTests : IDisposable
{
    private readonly StringWriter _written = new() { NewLine = "\n" };

    public void Dispose() => _written.Dispose();

    [Fact]
    public void A_frame_is_drawn_over_the_one_before_and_a_note_goes_above()
    {
        using (var picture = new LivePicture(Console(ColorSystemSupport.NoColors)))
        {
            picture.Show([Line("one"), Line("two")]);
            picture.Show([Line("one"), Line("two")]);
            picture.Show([Line("three")]);
            picture.Above("note\nof two lines \u001b[31m");
        }

        Assert.Equal(
            "<hide>\rone<el>\ntwo<el>\n<ed>"
            + "\r<up2>three<el>\n<ed>"
            + "\r<up1><ed>note\nof two lines ?[31m\nthree<el>\n<ed>"
            + "\r<up1><ed><show>",
            Readable());
    }

    [Fact]
    public void Once_it_is_over_a_note_is_simply_written_and_nothing_is_drawn()
    {
        var picture = new LivePicture(Console(ColorSystemSupport.NoColors));
        picture.Show([Line("one")]);
        picture.Dispose();
        _written.GetStringBuilder().Clear();

        picture.Show([Line("two")]);
        picture.Above("note");
        picture.Dispose();

        Assert.Equal("\r<ed>note\n<ed>", Readable());
    }

    [Theory]
    [InlineData(ColorSystemSupport.NoColors, false)]
    [InlineData(ColorSystemSupport.EightBit, true)]
    public void Colour_is_the_consoles_to_allow(ColorSystemSupport colours, bool coloured)
    {
        using var picture = new LivePicture(Console(colours));
        picture.Show([new PictureLine([new PictureSpan("no", Tone.Bad)])]);

        Assert.Equal(coloured, Colour().IsMatch(_written.ToString()));
    }

    [Fact]
    public void A_terminal_that_is_closed_ends_no_mirror()
    {
        using var closed = new ClosedWriter();
        using var picture = new LivePicture(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(closed), Ansi = AnsiSupport.Yes }));

        picture.Show([Line("one")]);
        picture.Above("note");

        Assert.True(closed.Tries >= 3);
    }

    private static PictureLine Line(string text) => new([new PictureSpan(text, Tone.Plain)]);

    private IAnsiConsole Console(ColorSystemSupport colours) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(_written), Ansi = AnsiSupport.Yes, ColorSystem = colours,
    });

    private string Readable() => Regex.Replace(
        _written.ToString().Replace("\u001b[K", "<el>", StringComparison.Ordinal).Replace("\u001b[J", "<ed>", StringComparison.Ordinal)
            .Replace("\u001b[?25l", "<hide>", StringComparison.Ordinal).Replace("\u001b[?25h", "<show>", StringComparison.Ordinal),
        "\u001b\\[(\\d+)A",
        "<up$1>");

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colour();

    private sealed class ClosedWriter : StringWriter
    {
        internal int Tries { get; private set; }

        public override void Write(string? value) => Fail();

        public override void Write(char value) => Fail();

        private void Fail()
        {
            Tries++;
            throw new IOException("Input/output error");
        }
    }
}
