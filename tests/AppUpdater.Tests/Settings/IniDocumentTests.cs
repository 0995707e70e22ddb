using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public class IniDocumentTests
{
    [Theory]
    [InlineData("[a]\nx = 1\n", "1")]
    [InlineData("[a]\r\nx=1\r\n", "1")]
    [InlineData("; note\n# note\n\n [A]  \n  X = 1", "1")]
    [InlineData("[a]\nx = a=b;c#d\n", "a=b;c#d")]
    [InlineData("[a]\nx = \"quoted\"\n", "\"quoted\"")]
    [InlineData("[a]\nx = canción ñ\n", "canción ñ")]
    [InlineData("[a]\nx =\n", null)]
    [InlineData("[a]\ny = 1\n", null)]
    public void A_value_is_found_without_regard_to_case(string text, string? value) =>
        Assert.Equal(value, IniDocument.Parse(text, "dato.ini").Get("a", "x"));

    [Theory]
    [InlineData("[a]\nx=1\nX=2\n", "line 3", "[a] X stands there twice")]
    [InlineData("[a]\nx=1\n[A]\ny=2\n", "line 3", "[A] stands there twice")]
    [InlineData("x=1\n", "line 1", "x stands before the first [section]")]
    [InlineData("[a]\nhello\n", "line 2", "neither a [section]")]
    [InlineData("[a] ; note\nx=1\n", "line 1", "neither a [section]")]
    [InlineData("[a]\n=1\n", "line 2", "neither a [section]")]
    [InlineData("[a]\rx=1\r\n", "line 1", "control character (\\x0d)")]
    [InlineData("[a]\nx=1\0\n", "line 2", "control character (\\x00)")]
    [InlineData("[a]\nx = 1 ; note\n", "[a] x", "line of their own")]
    [InlineData("[a]\nx = ; note\n", "[a] x", "line of their own")]
    [InlineData("[a]\nx = 1 # note\n", "[a] x", "line of their own")]
    [InlineData("[a]\nx = 1\t;note\n", "[a] x", "line of their own")]
    public void What_can_not_be_meant_is_named_by_line_or_key(string text, string where, string what)
    {
        var failure = Assert.Throws<SettingsException>(() => IniDocument.Parse(text, "dato.ini"));
        Assert.StartsWith("dato.ini: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[server]\npassword = hunter2 ; note\n")]
    [InlineData("[server]\npassword = hunter2\npassword = hunter2\n")]
    [InlineData("[server]\npassword hunter2\n")]
    [InlineData("[server]\npassword = hunter2\u0007\n")]
    public void No_failure_shows_a_value(string text) =>
        Assert.DoesNotContain("hunter2", Assert.Throws<SettingsException>(() => IniDocument.Parse(text, "dato.ini")).ToString(), StringComparison.Ordinal);

    [Theory(Timeout = 20_000)]
    [InlineData('[')]
    [InlineData(' ')]
    [InlineData(';')]
    [InlineData('=')]
    [InlineData(']')]
    public async Task A_hostile_line_takes_no_time(char filler) => await Task.Run(() =>
    {
        var text = "[" + new string(filler, 250_000) + "\n[a]\nx=1\n";
        Assert.Throws<SettingsException>(() => IniDocument.Parse(text, "version.ini"));
        var value = "[a]\nx=y" + new string(filler, 250_000) + "z\n";
        _ = Record.Exception(() => IniDocument.Parse(value, "version.ini"));
    });

    [Fact]
    public void A_byte_order_mark_is_taken_off()
    {
        var text = IniText.Decode([.. Encoding.UTF8.Preamble, .. "[a]\nx=ñ"u8], IniRules.Dato);
        Assert.Equal(("[a]\nx=ñ", null), (text.Text, text.Warning));
    }

    [Fact]
    public void An_ansi_dato_ini_is_read_as_Windows_1252_with_a_warning()
    {
        var text = IniText.Decode([.. "[a]\nx="u8, 0xF1, 0x80], IniRules.Dato);
        Assert.Equal("[a]\nx=ñ€", text.Text);
        Assert.Contains("Windows-1252", text.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ansi_version_ini_is_refused() =>
        Assert.Contains(
            "not UTF-8",
            Assert.Throws<SettingsException>(() => IniText.Decode([.. "[a]\nx="u8, 0xF1], IniRules.Version("version.ini"))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\n")]
    [InlineData("\uFEFF")]
    public void An_empty_file_says_so(string text) =>
        Assert.Equal(
            "dato.ini: the file is empty. Fill it in; its .sample shows every key.",
            Assert.Throws<SettingsException>(() => IniText.Decode(Encoding.UTF8.GetBytes(text), IniRules.Dato)).Message);

    [Fact]
    public void A_file_may_be_as_long_as_its_limit_and_no_longer()
    {
        var most = Encoding.ASCII.GetBytes(new string(';', 256 * 1024));
        Assert.Equal(most.Length, IniText.Decode(most, IniRules.Dato).Text.Length);
        Assert.Contains(
            "256 KiB", Assert.Throws<SettingsException>(() => IniText.Decode([.. most, 10], IniRules.Dato)).Message, StringComparison.Ordinal);
    }
}
