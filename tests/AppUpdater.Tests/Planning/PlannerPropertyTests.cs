using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Settings;
using FsCheck;
using FsCheck.Fluent;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

public class PlannerPropertyTests
{
    private static readonly string[] Names = ["a", "b", "dir/c", "dir/sub/d", "p.ini"];

    /// <summary>What one path holds in the record, on the disk and on the server: nothing, or one of a few contents.</summary>
    internal sealed record Cell(string? Recorded, string? Here, string? Server);

    [Fact]
    public void Only_owned_files_go_no_users_bytes_are_lost_and_planning_again_finds_nothing() =>
        Prop.ForAll(Cases().ToArbitrary(), sample =>
        {
            var plan = sample.TryPlan();
            return plan is null || (KeepsUsersFiles(sample, plan) && TouchesEachPathOnce(plan) && IsSettledBy(sample, plan));
        }).QuickCheckThrowOnFailure();

    private static bool KeepsUsersFiles(PlanSamples sample, UpdatePlan plan)
    {
        var owned = plan.Local.Record?.Files;
        var unsafeDrop = plan.Steps.Drop.Any(drop =>
            owned is null || !owned.ContainsKey(drop.Path) || (owned[drop.Path].Hash != drop.OldHash && drop.KeepUserCopyAs is null));
        var unsafeFetch = plan.Steps.Fetch.Any(fetch =>
            fetch.OldHash is { } old && owned is not null && fetch.KeepUserCopyAs is null && owned.GetValueOrDefault(fetch.Target)?.Hash != old);
        return !unsafeDrop && !unsafeFetch && (sample.Protect.Length == 0 || plan.Changes.All(change => change.Path.Value != "p.ini"));
    }

    private static bool TouchesEachPathOnce(UpdatePlan plan)
    {
        var paths = plan.Steps.Fetch.Select(file => file.Target)
            .Concat(plan.Steps.Drop.Select(file => file.Path))
            .Concat(plan.Steps.Fetch.Select(file => file.KeepUserCopyAs).OfType<RelativePath>())
            .Concat(plan.Steps.Drop.Select(file => file.KeepUserCopyAs).OfType<RelativePath>())
            .ToList();
        return paths.Distinct().Count() == paths.Count && !plan.Steps.Fetch.Any(file => plan.Steps.Unchanged.ContainsKey(file.Target));
    }

    // Applied as planned and recorded as told, the same release leaves nothing to fetch, except where the user's own files are in its place.
    private static bool IsSettledBy(PlanSamples sample, UpdatePlan plan)
    {
        var staged = plan.Steps.Fetch.ToDictionary(
            file => file.Target, file => new InstalledFile(file.File.Size, file.File.Modified, Noon, Hash($"server {file.File.Path}")));
        var record = NextRecord.Of(plan, staged);
        var after = plan.Local.Files
            .RemoveRange(plan.Steps.Drop.Select(file => file.Path))
            .SetItems(staged.Select(file => KeyValuePair.Create(file.Key, new LocalFile(file.Value.Size, Noon, file.Value.Hash))));
        var again = UpdatePlanner.Plan(
            plan.Release,
            plan.Local with { Record = record, Files = after, Version = plan.To },
            new InstallSettings { App = "app", Directory = "/app", Changed = sample.Changed, Protect = [.. sample.Protect] },
            sample.Scope with { EveryFile = false });
        return again is null || (sample.Changed == ChangedFilePolicy.New && again.Steps.Fetch.All(file => !record.Files.ContainsKey(file.File.Path)));
    }

    private static Gen<PlanSamples> Cases() =>
        from cells in Cells().ListOf(Names.Length)
        from policy in Gen.Elements(ChangedFilePolicy.Overwrite, ChangedFilePolicy.Keep, ChangedFilePolicy.New)
        from protect in Gen.Elements<string[]>([], ["*.ini"])
        from hasRecord in Gen.Elements(true, true, false)
        from everyFile in Gen.Elements(false, false, true)
        select Sample(cells, new PlanSamples { Changed = policy, Protect = protect, HasRecord = hasRecord, Folders = ["dir"] }, everyFile);

    private static Gen<Cell> Cells() =>
        from recorded in Gen.Elements(null, "1", "22")
        from here in Gen.Elements(null, "1", "22", "333")
        from server in Gen.Elements(null, "1", "22", "4444")
        select new Cell(recorded, here, server);

    private static PlanSamples Sample(IEnumerable<Cell> cells, PlanSamples sample, bool everyFile)
    {
        foreach (var (cell, name) in cells.Zip(Names))
        {
            if (cell.Recorded is not null && sample.HasRecord)
                sample.Ours(name, cell.Recorded).Gone(name);
            if (cell.Here is not null)
                sample.Here(name, cell.Here);
            if (cell.Server is not null)
                sample.Server(name, cell.Server, cell.Server == cell.Recorded ? 0 : 7);
        }

        sample.Scope = sample.Scope with { EveryFile = everyFile };
        return sample;
    }
}
