using AppUpdater.Cli.Output;
using AppUpdater.Cli.Mirroring.Display;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

public sealed class CellsTests
{
    [Theory]
    [InlineData("plain [red]name[/].max", "plain [red]name[/].max")]
    [InlineData("a\u001b[31mb\u0007", "a?[31mb?")]
    [InlineData("550-no\r\n550 never\t!", "550-no  550 never !")]
    [InlineData("abc\u202Egpj.exe", "abc?gpj.exe")]
    [InlineData("zero\u200Bwidth\u2028line\u009Bm", "zero?width?line?m")]
    [InlineData("heart \u2764\uFE0F", "heart \u2764")]
    [InlineData("año 日本", "año 日本")]
    public void Hostile_text_becomes_one_line_that_only_shows(string text, string clean) => Assert.Equal(clean, ShownText.Clean(text));

    [Fact]
    public void Half_a_pair_is_no_character() => Assert.Equal("half \uFFFD of one", ShownText.Clean(string.Concat("half ", "😀"[..1], " of one")));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("한글", 4)]
    public void Width_is_counted_in_cells(string text, int cells) => Assert.Equal(cells, Cells.Width(text));

    [Theory]
    [InlineData("scenes/2023/kitchen.max", 23, "scenes/2023/kitchen.max")]
    [InlineData("scenes/2023/kitchen.max", 11, "scene…n.max")]
    [InlineData("日本日本日本日本", 9, "日本…日本")]
    [InlineData("日本日本日本日本", 8, "日…日本")]
    [InlineData("abcdef", 2, "ab")]
    [InlineData("abcdef", 0, "")]
    [InlineData("abcdef", -3, "")]
    [InlineData("日本", 1, "")]
    public void A_name_is_shortened_in_its_middle_and_never_in_half_a_sign(string name, int width, string shown) =>
        Assert.Equal(shown, Cells.Shorten(name, width, "…"));

    [Fact]
    public void An_accent_stays_with_its_letter() => Assert.Equal("xe\u0301…e\u0301y", Cells.Shorten("xe\u0301zzzze\u0301y", 5, "…"));

    [Theory]
    [InlineData("550 Permission denied.", 9, "550 Perm…")]
    [InlineData("550", 9, "550")]
    [InlineData("550 Permission denied.", 0, "")]
    public void A_reason_is_cut_at_its_end(string reason, int width, string shown) => Assert.Equal(shown, Cells.CutShown(reason, width, "…"));
}
