using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public class GlobSetTests
{
    [Theory]
    [InlineData("*.pdb", "a.pdb", true)]
    [InlineData("*.pdb", "deep/er/A.PDB", true)]
    [InlineData("*.pdb", "a.pdb.txt", false)]
    [InlineData("settings.ini", "settings.ini", true)]
    [InlineData("settings.ini", "sub/settings.ini", true)]
    [InlineData("settings.ini", "my-settings.ini", false)]
    [InlineData("cache/**", "cache/x", true)]
    [InlineData("cache/**", "cache/x/y.z", true)]
    [InlineData("cache/**", "sub/cache/x", false)]
    [InlineData("cache/**", "cached/x", false)]
    [InlineData("saves", "saves/one/two.sav", true)]
    [InlineData("saves/", "sub/saves/one.sav", true)]
    [InlineData("saves/", "saves", false)]
    [InlineData("/readme.md", "readme.md", true)]
    [InlineData("/readme.md", "docs/readme.md", false)]
    [InlineData("docs/*.md", "docs/a.md", true)]
    [InlineData("docs/*.md", "docs/sub/a.md", false)]
    [InlineData("**/logs/*.log", "a/b/logs/x.log", true)]
    [InlineData("saves\\**", "saves/a b ñ.sav", true)]
    [InlineData("**", "anything/at.all", true)]
    [InlineData("[x].txt", "[x].txt", true)]
    public void A_pattern_means_what_gitignore_would(string pattern, string path, bool matches)
    {
        Assert.Null(GlobSet.Problem(pattern));
        Assert.Equal(matches, new GlobSet([pattern]).Matches(RelativePath.Parse(path)));
    }

    [Theory]
    [InlineData("cache/**", "cache", true)]
    [InlineData("cache/**", "cache/sub", true)]
    [InlineData("saves", "sub/saves", true)]
    [InlineData("saves/", "saves", true)]
    [InlineData("cache/*.tmp", "cache", false)]
    [InlineData("*.pdb", "sub", false)]
    public void A_folder_is_passed_by_only_where_all_in_it_is_meant(string pattern, string folder, bool all) =>
        Assert.Equal(all, new GlobSet([pattern]).MatchesAllBelow(RelativePath.Parse(folder)));

    [Fact]
    public void No_pattern_matches_nothing() => Assert.False(new GlobSet([]).Matches(RelativePath.Parse("a")));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("!a")]
    [InlineData("a?")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("./a")]
    [InlineData("a**/b")]
    public void A_pattern_that_means_something_else_elsewhere_is_refused(string pattern) => Assert.NotNull(GlobSet.Problem(pattern));
}
