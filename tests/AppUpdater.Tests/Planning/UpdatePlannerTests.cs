using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Settings;
using AppUpdater.Tests.Releases;
using NuGet.Versioning;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

public class UpdatePlannerTests
{
    private const string UserCopy = "f.user-20261122T120000Z";

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

    [Fact]
    public void A_first_run_without_a_backup_keeps_a_copy_beside()
    {
        var sample = new PlanSamples { HasRecord = false, Installed = null }.Here("f", "1").Server("f", "12");
        sample.Scope = sample.Scope with { Backup = BackupMode.None };
        Assert.Equal([$"~ f > {UserCopy}"], sample.Steps());
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

    [Theory]
    [InlineData(ChangedFilePolicy.Overwrite, "~ f > " + UserCopy, "replaced; the user's is kept beside it as " + UserCopy)]
    [InlineData(ChangedFilePolicy.Keep, "= f", "changed by the user, kept; the release has another one")]
    [InlineData(ChangedFilePolicy.New, "+ f.new-1.1.0 = f", "changed by the user, kept; the release's is laid beside it as f.new-1.1.0")]
    public void A_file_of_ours_that_the_user_changed_follows_the_policy(object policy, string steps, string remark)
    {
        var sample = new PlanSamples { Changed = (ChangedFilePolicy)policy }.Ours("f", "ours").Here("f", "his").Server("f", "newer", 5);
        Assert.Equal(steps, string.Join(' ', sample.Steps()));
        Assert.Equal($"f: {remark}", Assert.Single(sample.Plan().Remarks));
    }

    [Theory]
    [InlineData(ChangedFilePolicy.Overwrite, "~ f > " + UserCopy)]
    [InlineData(ChangedFilePolicy.Keep, "")]
    [InlineData(ChangedFilePolicy.New, "+ f.new-1.1.0")]
    public void A_file_of_the_users_where_a_later_release_puts_one_follows_the_policy_too(object policy, string steps) =>
        Assert.Equal(
            steps, string.Join(' ', new PlanSamples { Changed = (ChangedFilePolicy)policy }.Here("f", "his").Server("f", "ours", 5).Steps()));

    [Theory]
    [InlineData(ChangedFilePolicy.Overwrite)]
    [InlineData(ChangedFilePolicy.Keep)]
    [InlineData(ChangedFilePolicy.New)]
    public void A_users_change_stays_where_the_release_did_not_change_the_file(object policy)
    {
        var sample = new PlanSamples { Changed = (ChangedFilePolicy)policy }.Ours("f", "ours").Here("f", "his", Noon.AddHours(1)).Server("f", "ours");
        Assert.Equal(["= f"], sample.Steps());
        Assert.Contains("left as it is", Assert.Single(sample.Plan().Remarks), StringComparison.Ordinal);
        var kept = sample.Plan().Steps.Unchanged[Path("f")];
        Assert.Equal((Hash("ours"), Noon), (kept.Hash, kept.LocalModified));
    }

    [Fact]
    public void A_file_touched_and_not_changed_is_recorded_with_its_time_on_disk()
    {
        var sample = new PlanSamples().Ours("f", "ours").Here("f", "ours", Noon.AddHours(1)).Server("f", "ours");
        Assert.Equal(Noon.AddHours(1), sample.Plan().Steps.Unchanged[Path("f")].LocalModified);
    }

    [Fact]
    public void What_was_laid_beside_is_not_laid_again_for_the_same_file()
    {
        var sample = new PlanSamples { Changed = ChangedFilePolicy.New }.Ours("f", "ours").Here("f", "his").Server("f", "newer", 5);
        var offered = sample.Plan().Steps.Unchanged[Path("f")];
        Assert.Equal((5L, Noon.AddMinutes(5), Hash("ours")), (offered.Size, offered.Modified!.Value.Utc, offered.Hash));
    }

    [Theory]
    [InlineData("his", "newer", "+ f.new-1.1.0 - f.new-1.0.5 = f")]
    [InlineData("his", "ours", "= f = f.new-1.0.5")]
    [InlineData("ours", "ours", "- f.new-1.0.5 = f")]
    public void What_was_laid_beside_stays_while_it_is_of_use(string here, string server, string steps)
    {
        var sample = new PlanSamples { Changed = ChangedFilePolicy.New }
            .Ours("f", "ours").Here("f", here).Ours("f.new-1.0.5", "x").Server("f", server, server == "ours" ? 0 : 5);
        Assert.Equal(steps, string.Join(' ', sample.Steps()));
    }

    [Theory]
    [InlineData(ChangedFilePolicy.Overwrite, "- f > " + UserCopy)]
    [InlineData(ChangedFilePolicy.Keep, "")]
    [InlineData(ChangedFilePolicy.New, "")]
    public void A_changed_file_that_left_the_release_is_not_lost(object policy, string steps)
    {
        var sample = new PlanSamples { Changed = (ChangedFilePolicy)policy }.Ours("f", "ours").Here("f", "his");
        Assert.Equal(steps, string.Join(' ', sample.Steps()));
        Assert.StartsWith("f: no longer in the release", Assert.Single(sample.Plan().Remarks), StringComparison.Ordinal);
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

    [Theory]
    [InlineData(BackupMode.Zip, 7 + 100 + 3 + 4 + 4)]
    [InlineData(BackupMode.None, 7 + 100 + 4)]
    public void Peak_disk_counts_staging_backup_and_copies(object backup, long bytes)
    {
        var sample = new PlanSamples()
            .Ours("gone", "123").Ours("mine", "x").Here("mine", "1234").Server("mine", "1234567", 5).Server("added", new string('a', 100));
        sample.Scope = sample.Scope with { Backup = (BackupMode)backup };
        Assert.Equal([new DiskNeed("/", bytes)], sample.Plan().PeakDisk.AsEnumerable());
        Assert.Equal(107, sample.Plan().BytesToFetch);
    }

    [Fact]
    public void Peak_disk_counts_the_bootstrapper_and_its_gate()
    {
        var sample = new PlanSamples().Server("added", new string('a', 100));
        sample.Scope = sample.Scope with { BootstrapperBytes = 2_000_000 };
        Assert.Equal([new DiskNeed("/", 4_000_100)], sample.Plan().PeakDisk.AsEnumerable());
    }

    [Fact]
    public void A_plan_prints_the_same_everywhere()
    {
        var sample = new PlanSamples { Protect = ["p.ini"] }
            .Ours("z/gone", "123").Ours("a ñ", "1").Server("a ñ", "12", 5).Server("big", new string('b', 12_345)).Server("p.ini", "p");
        var before = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = new("de-DE");
        try
        {
            Assert.Equal(
                """
                app 1.0.0 → 1.1.0
                ~ a ñ  2
                + big  12,345
                - z/gone  3
                1 added, 1 changed, 1 removed
                12,347 bytes to fetch
                12,351 bytes of disk at the peak on /
                ! p.ini: protected, left alone

                """,
                sample.Plan().ToString(),
                ignoreLineEndingDifferences: true);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_plan_that_the_publisher_demands_says_so()
    {
        var sample = new PlanSamples { More = "minimum = 1.0.5\n" }.Server("a", "1");
        Assert.True(sample.Plan().IsMandatory);
        Assert.Contains("! every install below 1.0.5 must update\n", sample.Plan().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_install_without_a_version_prints_as_none()
    {
        var sample = new PlanSamples { HasRecord = false, Installed = null }.Server("a", "1");
        Assert.StartsWith("app (none) → 1.1.0\n", sample.Plan().ToString(), StringComparison.Ordinal);
    }
}
