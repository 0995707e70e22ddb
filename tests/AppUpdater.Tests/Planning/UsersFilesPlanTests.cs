using AppUpdater.Core.Swap;
using AppUpdater.Settings;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

/// <summary>Files that the user changed or put there: none is lost.</summary>
public sealed class UsersFilesPlanTests
{
    private const string UserCopy = "f.user-20261122T120000Z";

    [Fact]
    public void A_first_run_without_a_backup_keeps_a_copy_beside()
    {
        var sample = new PlanSamples { HasRecord = false, Installed = null }.Here("f", "1").Server("f", "12");
        sample.Scope = sample.Scope with { Backup = BackupMode.None };
        Assert.Equal([$"~ f > {UserCopy}"], sample.Steps());
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
}
