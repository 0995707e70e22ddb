using AppUpdater.Mirroring;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Mirroring;

public sealed class MirrorFilterTests
{
    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static bool Takes(MirrorFilter filter, string path, long? size = 10, DateTimeOffset? modified = null) =>
        new FilterRules(filter).Takes(P(path), size, modified ?? Noon);

    [Theory]
    [InlineData("a.max", true)]
    [InlineData("sub/A.MAX", true)]
    [InlineData("a.txt", false)]
    [InlineData("max", false)]
    public void An_extension_is_the_files_whatever_its_case(string path, bool isTaken)
    {
        Assert.Equal(isTaken, Takes(new MirrorFilter { Extensions = [".max"] }, path));
        Assert.Equal(isTaken, Takes(new MirrorFilter { Extensions = ["max"] }, path));
        Assert.Equal(!isTaken, Takes(new MirrorFilter { ExcludeExtensions = [".Max"] }, path));
    }

    [Fact]
    public void All_conditions_hold_together()
    {
        var filter = new MirrorFilter { Include = ["scenes/"], Exclude = ["*.tmp"], MinSize = 5, MaxSize = 20, NewerThan = Noon, OlderThan = Noon.AddHours(1) };
        Assert.True(Takes(filter, "scenes/a.max"));
        Assert.False(Takes(filter, "other/a.max"));
        Assert.False(Takes(filter, "scenes/a.tmp"));
        Assert.False(Takes(filter, "scenes/a.max", size: 4));
        Assert.False(Takes(filter, "scenes/a.max", size: 21));
        Assert.False(Takes(filter, "scenes/a.max", modified: Noon.AddSeconds(-1)));
        Assert.False(Takes(filter, "scenes/a.max", modified: Noon.AddHours(1)));
    }

    [Fact]
    public void What_is_not_known_fits_no_condition_on_it()
    {
        Assert.False(new FilterRules(new MirrorFilter { MinSize = 0 }).Takes(P("a"), null, Noon));
        Assert.False(new FilterRules(new MirrorFilter { OlderThan = Noon }).Takes(P("a"), 1, null));
        Assert.True(new FilterRules(MirrorFilter.Everything).Takes(P("a"), null, null));
    }

    [Fact]
    public void A_depth_of_one_is_the_folder_itself()
    {
        var rules = new FilterRules(new MirrorFilter { Depth = 2 });
        Assert.True(rules.Takes(P("a/b"), 1, null));
        Assert.False(rules.Takes(P("a/b/c"), 1, null));
        Assert.True(rules.Enters(P("a")));
        Assert.False(rules.Enters(P("a/b")));
        Assert.False(new FilterRules(new MirrorFilter { Depth = 1 }).Enters(P("a")));
    }

    [Fact]
    public void A_folder_that_is_left_out_is_not_entered()
    {
        var rules = new FilterRules(new MirrorFilter { Exclude = ["cache/"] });
        Assert.False(rules.Enters(P("a/cache")));
        Assert.True(rules.Enters(P("a")));
    }

    public static TheoryData<MirrorFilter, string> Senseless => new()
    {
        { new MirrorFilter { Include = ["a?b"] }, "a?b" },
        { new MirrorFilter { Exclude = ["../x"] }, "../x" },
        { new MirrorFilter { Extensions = ["."] }, "extension" },
        { new MirrorFilter { MinSize = 5, MaxSize = 4 }, "bytes" },
        { new MirrorFilter { MinSize = -1 }, "bytes" },
        { new MirrorFilter { NewerThan = Noon, OlderThan = Noon }, "times" },
        { new MirrorFilter { Depth = 0 }, "depth" },
    };

    [Theory]
    [MemberData(nameof(Senseless))]
    public void A_condition_that_makes_no_sense_is_named(MirrorFilter filter, string named) =>
        Assert.Contains(named, Assert.Throws<SettingsException>(() => new FilterRules(filter)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ftp://host:99999/", "port")]
    [InlineData("gopher://host/", "scheme")]
    public void A_wrong_url_is_told_without_naming_a_file_it_does_not_stand_in(string url, string named)
    {
        var failure = Assert.Throws<SettingsException>(() => MirrorPull.Open(Options(url, "/mirror")));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dato.ini", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        var good = Options("ftp://host/", "/mirror");
        Assert.Throws<SettingsException>(() => MirrorPull.Open(good with { Directory = "x" }));
        Assert.Throws<SettingsException>(() => MirrorPull.Open(good with { Connections = 0 }));
        Assert.Throws<SettingsException>(() => MirrorPull.Open(good with { MaxDelete = -1 }));
        Assert.Throws<SettingsException>(() => MirrorPull.Open(good with { ReadyFile = "" }));
        Assert.Throws<SettingsException>(() => MirrorPush.Open(good with { Url = "http://host/" }));
        Assert.Throws<SettingsException>(() => MirrorPush.Open(good with { Url = "/mirror/sub" }));
        Assert.Throws<SettingsException>(() => MirrorPush.Open(good with { Last = ["../version.ini"] }));
        Assert.DoesNotContain("secret", $"{good with { Url = "ftp://u:secret@host/", Password = "secret" }}", StringComparison.Ordinal);
    }
}
