using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Settings;
using FsCheck;
using FsCheck.Fluent;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

/// <summary>Plans of signed releases: by hash, and with what is fetched for them.</summary>
public class SignedPlanTests
{
    private static readonly string[] Names = ["a", "b", "dir/c", "dir/d"];

    /// <summary>What one path holds in the record, on the disk and in the release: nothing, or one of a few contents.</summary>
    internal sealed record Cell(string? Recorded, string? Here, string? Offered);

    [Fact]
    public void A_file_with_the_manifests_bytes_is_unchanged_whatever_its_time_and_whoever_put_it_there()
    {
        var plan = Sample().Ours("ours", "one").Here("adopted", "two", Noon.AddYears(-3)).Signed("ours", "one").Signed("adopted", "two");

        Assert.Equal(["= adopted", "= ours"], plan.Steps());
        Assert.Equal(0, plan.Plan().BytesToFetch);
    }

    [Fact]
    public void Without_a_record_equal_bytes_are_adopted_and_others_replaced()
    {
        var sample = Sample();
        sample.HasRecord = false;
        sample.Here("same", "one").Here("other", "mine").Signed("same", "one").Signed("other", "theirs");

        Assert.Equal(["~ other", "= same"], sample.Steps());
    }

    [Theory]
    [InlineData("Overwrite", "~ file > file.user-20261122T120000Z")]
    [InlineData("Keep", "= file")]
    [InlineData("New", "+ file.new-1.1.0, = file")]
    public void A_file_that_the_user_changed_is_treated_as_the_settings_say(string changed, string steps)
    {
        var sample = Sample();
        sample.Changed = Enum.Parse<ChangedFilePolicy>(changed);
        sample.Ours("file", "one").Here("file", "mine").Signed("file", "two");

        Assert.Equal(steps, string.Join(", ", sample.Steps()));
    }

    [Fact]
    public void A_file_that_the_user_changed_and_the_release_did_not_stays_his()
    {
        var sample = Sample().Ours("file", "one").Here("file", "mine").Signed("file", "one");

        Assert.Equal(["= file"], sample.Steps());
        Assert.Contains("left as it is", Assert.Single(sample.Plan().Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_with_the_same_files_is_recorded_and_one_that_is_recorded_is_nothing_to_do()
    {
        var sample = Sample().Ours("file", "one").Signed("file", "one");
        sample.Offered = "1.0.0";

        var plan = sample.Plan();

        Assert.Empty(plan.Changes);
        var manifest = NextRecord.Of(plan, new Dictionary<RelativePath, InstalledFile>()).Manifest;
        Assert.Equal(plan.Release.Version.Manifest, manifest);
        sample.RecordedManifest = manifest;
        Assert.Null(sample.TryPlan());
    }

    [Fact]
    public void What_lies_on_disk_under_another_name_is_copied_and_what_several_files_want_is_fetched_once()
    {
        var sample = Sample().Ours("old name", "moved").Signed("new name", "moved").Signed("x", "wanted twice").Signed("y", "wanted twice").Signed("empty", "");

        var plan = sample.Plan();

        var content = plan.Steps.Content!;
        Assert.Equal([("new name", "old name")], content.Copies.Select(copy => (copy.Key.Value, copy.Value.Value)));
        Assert.Equal("wanted twice".Length, plan.BytesToFetch);
        Assert.Single(content.Blobs);
        sample.Scope = sample.Scope with { EveryFile = true };
        Assert.Empty(sample.Plan().Steps.Content!.Copies);
    }

    [Fact]
    public void A_repair_replaces_other_bytes_whatever_the_settings_say_and_keeps_a_copy()
    {
        var sample = Sample().Ours("wrong", "one").Here("wrong", "rot").Ours("gone", "two").Gone("gone").Ours("right", "three")
            .Signed("wrong", "one").Signed("gone", "two").Signed("right", "three");
        sample.Offered = "1.0.0";
        sample.Changed = ChangedFilePolicy.Keep;
        sample.Scope = sample.Scope with { IsRepair = true };

        Assert.Equal(["+ gone", "~ wrong > wrong.user-20261122T120000Z", "= right"], sample.Steps());
    }

    [Fact]
    public void Ten_thousand_files_are_planned_in_no_time()
    {
        var sample = Sample();
        for (var i = 0; i < 10_000; i++)
            sample.Signed($"dir{i % 100}/file{i}", $"content {i % 9_000}");
        sample.Ours("dir0/old", "content 7");
        var start = TimeProvider.System.GetTimestamp();

        var plan = sample.Plan();

        Assert.Equal((10_000, 8_999), (plan.Steps.Fetch.Length, plan.Steps.Content!.Blobs.Length));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void What_is_right_is_not_fetched_what_is_fetched_is_the_releases_and_planning_again_finds_nothing() =>
        Prop.ForAll(Cases().ToArbitrary(), sample =>
        {
            if (sample.TryPlan() is not { } plan)
                return true;
            var fetchesRight = plan.Steps.Fetch.All(file => plan.Local.Files.GetValueOrDefault(file.Target)?.Hash != file.File.Content!.Hash);
            var covered = plan.Steps.Fetch.All(file => file.File.Size == 0 || plan.Steps.Content!.Copies.ContainsKey(file.Target)
                || file.File.Content!.Blobs.All(index => plan.Steps.Content.Blobs.Any(blob => plan.Release.Manifest!.Blobs[blob].Hash == plan.Release.Manifest.Blobs[index].Hash)));
            var losesNothing = plan.Steps.Fetch.All(file => file.OldHash is null || file.KeepUserCopyAs is not null || plan.Local.Record is null
                || plan.Local.Record.Files.GetValueOrDefault(file.Target)?.Hash == file.OldHash);
            return fetchesRight && covered && losesNothing && IsSettledBy(sample, plan);
        }).QuickCheckThrowOnFailure();

    private static bool IsSettledBy(PlanSamples sample, UpdatePlan plan)
    {
        var staged = plan.Steps.Fetch.ToDictionary(file => file.Target, file => new InstalledFile(file.File.Size, file.File.Modified, Noon, file.File.Content!.Hash));
        var after = plan.Local.Files
            .RemoveRange(plan.Steps.Drop.Select(file => file.Path))
            .SetItems(staged.Select(file => KeyValuePair.Create(file.Key, new LocalFile(file.Value.Size, Noon, file.Value.Hash))));
        var record = NextRecord.Of(plan, staged);
        var again = UpdatePlanner.Plan(
            plan.Release, plan.Local with { Record = record, Files = after, Version = plan.To },
            new InstallSettings { App = "app", Directory = "/app", Changed = sample.Changed }, sample.Scope);
        return again is null || (sample.Changed == ChangedFilePolicy.New && again.Steps.Fetch.All(file => !record.Files.ContainsKey(file.File.Path)));
    }

    private static Gen<PlanSamples> Cases() =>
        from cells in (from recorded in Gen.Elements(null, "1", "22")
                       from here in Gen.Elements(null, "1", "22", "333")
                       from offered in Gen.Elements(null, "", "1", "22", "4444")
                       select new Cell(recorded, here, offered)).ListOf(Names.Length)
        from policy in Gen.Elements(ChangedFilePolicy.Overwrite, ChangedFilePolicy.Keep, ChangedFilePolicy.New)
        from hasRecord in Gen.Elements(true, true, false)
        select Fill(cells, policy, hasRecord);

    private static PlanSamples Fill(IEnumerable<Cell> cells, ChangedFilePolicy policy, bool hasRecord)
    {
        var sample = Sample();
        (sample.Changed, sample.HasRecord) = (policy, hasRecord);
        foreach (var (cell, name) in cells.Zip(Names))
        {
            if (cell.Recorded is not null && hasRecord)
                sample.Ours(name, cell.Recorded).Gone(name);
            if (cell.Here is not null)
                sample.Here(name, cell.Here);
            if (cell.Offered is not null)
                sample.Signed(name, cell.Offered);
        }

        return sample;
    }

    private static PlanSamples Sample() => new() { IsSigned = true, Scope = new PlanScope { Backup = BackupMode.Zip, Volume = "/", Now = Noon.AddDays(1) } };
}
