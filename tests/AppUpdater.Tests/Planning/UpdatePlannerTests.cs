using AppUpdater.Planning;
using AppUpdater.Settings;
using AppUpdater.Tests.Releases;
using NuGet.Versioning;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

public sealed class UpdatePlannerTests
{
    [Theory]
    [InlineData("1.1.0", "1.0.0", true)]
    [InlineData("1.1.0", "1.1.0", false)]
    [InlineData("1.1.0", "1.2.0", false)]
    [InlineData("1.1.0", "1.1.0-rc.1", true)]
    [InlineData("1.1.0.1", "1.1.0", true)]
    [InlineData("1.1.0+a", "1.1.0+b", false)]
    [InlineData("1.10.0", "1.9.0", true)]
    [InlineData("0.0.1", null, true)]
    public void Version_comes_first(string offered, string? installed, bool isNewer) =>
        Assert.Equal(isNewer, UpdatePlanner.IsNewer(ReleaseSamples.Version(offered), installed is null ? null : NuGetVersion.Parse(installed)));

    [Fact]
    public void Only_what_differs_is_fetched_and_only_what_is_ours_is_removed()
    {
        var sample = new PlanSamples()
            .Ours("same", "s").Ours("bigger", "1").Ours("newer", "1").Ours("gone", "g").Ours("vanished", "v").Gone("vanished")
            .Server("same", "s").Server("bigger", "12").Server("newer", "2", 5).Server("added", "a").Server("vanished", "v");
        Assert.Equal(["+ added", "~ bigger", "~ newer", "+ vanished", "- gone", "= same"], sample.Steps());
    }

    [Fact]
    public void The_same_tree_again_is_nothing_to_do()
    {
        var sample = new PlanSamples { Offered = "1.0.0" }.Ours("a", "1").Server("a", "1");
        Assert.Null(sample.TryPlan());
        sample.Offered = "1.0.1";
        Assert.Empty(sample.Plan().Changes);
    }

    [Fact]
    public void Every_file_is_fetched_where_asked()
    {
        var sample = new PlanSamples().Ours("a", "1").Here("b", "2").Server("a", "1").Server("b", "2");
        sample.Scope = sample.Scope with { EveryFile = true };
        Assert.Equal(["~ a", "~ b > b.user-20261122T120000Z"], sample.Steps());
    }

    [Fact]
    public void A_server_that_moved_its_zone_is_not_fetched_again()
    {
        var sample = new PlanSamples()
            .Ours("a", "1").Server("a", "1", 60)
            .Ours("b", "2").Server("b", "2", 60);
        Assert.Equal(["~ a", "~ b"], sample.Steps());
        var recorded = sample.Local().Record!;
        var spread = recorded with
        {
            Files = recorded.Files.SetItem(Path("b"), recorded.Files[Path("b")] with { Modified = new(Noon.AddMinutes(-7), Second) }),
        };
        var release = sample.Release();
        var moved = release with { Files = [release.Files[0], release.Files[1] with { Modified = new(Noon.AddMinutes(53), Second) }] };
        var plan = UpdatePlanner.Plan(
            moved, sample.Local() with { Record = spread }, new InstallSettings { App = "app", Directory = "/app" }, sample.Scope)!;
        Assert.Empty(plan.Changes);
        Assert.Equal(Noon.AddMinutes(60), plan.Steps.Unchanged[Path("a")].Modified!.Value.Utc);
    }

    [Fact]
    public void A_first_run_adopts_what_is_equal_and_replaces_what_is_not()
    {
        var sample = new PlanSamples { HasRecord = false, Installed = null }
            .Here("same", "1").Here("time", "1").Here("size", "1").Here("stranger", "x")
            .Server("same", "1").Server("time", "1", 5).Server("size", "12").Server("added", "a");
        Assert.Equal(["+ added", "~ size", "~ time", "= same"], sample.Steps());
        var adopted = sample.Plan().Steps.Unchanged[Path("same")];
        Assert.Equal((Hash("1"), Noon, 1L), (adopted.Hash, adopted.LocalModified, adopted.Size));
    }

    [Theory]
    [InlineData("the FAT disk", 1, true)]
    [InlineData("another time", 2, false)]
    public void Adoption_allows_a_disk_two_seconds(string why, int seconds, bool adopted)
    {
        Assert.NotEmpty(why);
        var sample = new PlanSamples { HasRecord = false }.Here("f", "1", Noon.AddSeconds(seconds)).Server("f", "1");
        Assert.Equal([adopted ? "= f" : "~ f"], sample.Steps());
    }

    [Fact]
    public void A_file_of_unknown_time_is_not_adopted_by_its_size()
    {
        var sample = new PlanSamples { HasRecord = false }.Here("f", "1").Server("f", "1");
        var release = sample.Release();
        var untimed = release with { Files = [release.Files[0] with { Modified = null }] };
        var plan = UpdatePlanner.Plan(untimed, sample.Local(), new InstallSettings { App = "app", Directory = "/app" }, sample.Scope)!;
        Assert.Single(plan.Steps.Fetch);
    }

    [Fact]
    public void Protected_files_are_not_fetched_not_removed_not_recorded()
    {
        var sample = new PlanSamples { Protect = ["*.ini", "saves/**"] }
            .Ours("a.ini", "1").Ours("saves/gone", "g").Ours("f", "f")
            .Server("a.ini", "changed", 5).Server("new.ini", "n").Server("saves/s", "s").Server("f", "f");
        Assert.Equal(["= f"], sample.Steps());
        Assert.Equal(
            ["a.ini: protected, left alone", "new.ini: protected, left alone", "saves/gone: no longer in the release; protected, left alone", "saves/s: protected, left alone"],
            sample.Plan().Remarks.AsEnumerable());
    }

    [Fact]
    public void A_file_of_ours_that_is_gone_by_itself_is_just_forgotten()
    {
        var sample = new PlanSamples().Ours("a", "a").Ours("f", "f").Gone("f").Server("a", "a");
        Assert.Equal(["= a"], sample.Steps());
    }

    [Fact]
    public void A_file_renamed_by_case_is_not_removed_where_the_disk_takes_both_for_one()
    {
        var onWindows = new PlanSamples { Aliases = { ["Readme.txt"] = "README.txt" } }.Ours("Readme.txt", "r").Here("README.txt", "r").Server("README.txt", "r");
        Assert.Equal(["= README.txt"], onWindows.Steps());
        var onLinux = new PlanSamples().Ours("Readme.txt", "r").Server("README.txt", "r");
        Assert.Equal(["+ README.txt", "- Readme.txt"], onLinux.Steps());
    }

    [Fact]
    public void Our_folders_go_deepest_first_where_nothing_known_is_left_in_them()
    {
        var sample = new PlanSamples { Folders = ["old", "old/deep", "kept", "his", "mixed", "mixed/empty"], Protect = ["his/save"] }
            .Ours("old/deep/f", "1").Ours("kept/g", "2").Ours("his/save", "3").Ours("mixed/h", "4").Ours("mixed/empty/i", "5")
            .Server("kept/g", "2").Server("mixed/h", "4");
        Assert.Equal(["old/deep", "old", "mixed/empty"], sample.Plan().Steps.FoldersToRemove.Select(path => path.Value));
    }

    [Theory]
    [InlineData("f", "f")]
    [InlineData("f/g", "f")]
    public void What_lies_in_the_way_is_named(string server, string occupied)
    {
        var sample = new PlanSamples { Occupied = [occupied] }.Server(server, "1");
        Assert.Contains("At /app/f lies ", Assert.Throws<InstallException>(() => sample.TryPlan()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, true, true)]
    [InlineData(false, true, true, false)]
    [InlineData(false, false, true, true)]
    [InlineData(false, false, false, false)]
    public void What_run_starts_must_come_with_the_release_or_be_the_users(bool onServer, bool ours, bool isThere, bool accepted)
    {
        var sample = new PlanSamples { Run = "bin/MyApp" }.Ours("a", "1").Server("a", "2", 5);
        if (onServer)
            sample.Server("bin/MyApp", "x");
        if (ours)
            sample.Ours("bin/MyApp", "x");
        sample.Scope = sample.Scope with { RunIsThere = isThere };
        if (accepted)
            Assert.NotNull(sample.TryPlan());
        else
            Assert.Contains("does not contain bin/MyApp", Assert.Throws<UntrustedException>(() => sample.TryPlan()).Message, StringComparison.Ordinal);
    }
}
