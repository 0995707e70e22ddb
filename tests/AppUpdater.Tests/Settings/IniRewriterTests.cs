using AppUpdater.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace AppUpdater.Tests.Settings;

public class IniRewriterTests
{
    [Theory]
    [InlineData("[a]\nx = 1\n", "[a]\nx = 2\n")]
    [InlineData("\uFEFF; c\r\n[a]\r\n  X\t=  1  \r\ny=3", "\uFEFF; c\r\n[a]\r\n  X\t=  2  \r\ny=3")]
    [InlineData("[b]\nx=1\n[a]\nx=1", "[b]\nx=1\n[a]\nx=2")]
    [InlineData("[a]\nx =\n", "[a]\nx = 2\n")]
    [InlineData("[a]\ny=1\n\n; about b\n[b]\n", "[a]\ny=1\nx = 2\n\n; about b\n[b]\n")]
    [InlineData("[a]", "[a]\nx = 2\n")]
    [InlineData("[b]\r\ny=1\r\n", "[b]\r\ny=1\r\n\r\n[a]\r\nx = 2\r\n")]
    [InlineData("[b]\ny=1", "[b]\ny=1\n\n[a]\nx = 2\n")]
    [InlineData("", "[a]\nx = 2\n")]
    public void One_key_changes_and_nothing_else(string before, string after) =>
        Assert.Equal(after, IniRewriter.Set(before, "a", "x", "2"));

    [Theory]
    [InlineData("a\nb")]
    [InlineData(" a")]
    [InlineData("a ; b")]
    [InlineData("; b")]
    public void A_value_that_would_be_read_otherwise_is_not_written(string value) =>
        Assert.Throws<ArgumentException>(() => IniRewriter.Set("[a]\n", "a", "x", value));

    [Fact]
    public void A_signed_file_is_not_changed() =>
        Assert.Throws<ArgumentException>(() => IniRewriter.Set("[a]\n[signature]\n1 = 9f2c41d0, AAAA\n", "a", "x", "1"));

    [Fact]
    public void Whatever_the_file_the_key_reads_back_and_every_other_character_stays() =>
        Prop.ForAll(Documents().ToArbitrary(), Values().ToArbitrary(), (text, value) =>
        {
            var written = IniRewriter.Set(text, "Two", "key1", value);
            var before = Parse(text);
            var after = Parse(written);
            return after.Get("two", "KEY1") == value
                && IniRewriter.Set(written, "two", "key1", value) == written
                && before.Sections.All(section => section.Keys
                    .Where(key => (section.Name.ToUpperInvariant(), key.ToUpperInvariant()) != ("TWO", "KEY1"))
                    .All(key => before.Get(section.Name, key) == after.Get(section.Name, key)))
                && ChangesOnePlace(text, written, before.Get("two", "key1") ?? "");
        }).QuickCheckThrowOnFailure();

    // written = text with one stretch, the old value or nothing, replaced by another.
    private static bool ChangesOnePlace(string text, string written, string old)
    {
        var prefix = text.Zip(written).TakeWhile(pair => pair.First == pair.Second).Count();
        var suffix = text.Reverse().Zip(written.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return prefix + suffix >= text.Length - old.Length;
    }

    private static IniDocument Parse(string text) => IniDocument.Parse(text.TrimStart('\uFEFF'), "dato.ini");

    private static Gen<string> Values() => Gen.Elements("1", "new value", "a;b", "ñ", "x=y", "%NAME%");

    private static Gen<string> Documents() =>
        from mark in Gen.Elements("", "\uFEFF")
        from ending in Gen.Elements("\n", "\r\n")
        from sections in Gen.SubListOf("one", "Two", "three")
        from bodies in Bodies(ending).ListOf(sections.Count)
        from last in Gen.Elements("", ending)
        let text = string.Concat(sections.Zip(bodies, (name, body) => $" [{name}] {ending}{body}"))
        select mark + (text + "; end" + last);

    private static Gen<string> Bodies(string ending) =>
        from keys in Gen.SubListOf("key1", "Key2", "unknown key", "rate")
        from values in Gen.Elements("", "1", " a b ", "\"q\"", "x;y").ListOf(keys.Count)
        from sign in Gen.Elements("=", " = ", "\t=")
        from noise in Gen.Elements("", "; comment", "   ", "# other", "  ; key1 = no").ListOf(keys.Count)
        select string.Concat(keys.Select((key, i) => $"{noise[i]}{ending}{key}{sign}{values[i]}{ending}"));
}
