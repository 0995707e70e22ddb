using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

/// <summary>Files that become folders, folders that become files, folders with nothing in them, names in another case.</summary>
public class ShapePlanTests
{
    [Fact]
    public void A_file_of_ours_gives_way_to_a_folder() =>
        Assert.Equal(["+ f/g", "- f"], new PlanSamples().Ours("f", "1").Server("f/g", "1").Steps());

    [Theory]
    [InlineData(ChangedFilePolicy.Keep)]
    [InlineData(ChangedFilePolicy.New)]
    public void A_file_that_the_user_changed_and_keeps_does_not(object policy)
    {
        var sample = new PlanSamples { Changed = (ChangedFilePolicy)policy }.Ours("f", "1").Here("f", "his").Server("f/g", "1");
        Assert.Contains("At /app/f lies a file that stays", Assert.Throws<InstallException>(() => sample.TryPlan()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_the_user_changed_is_kept_beside_the_folder()
    {
        var sample = new PlanSamples { Changed = ChangedFilePolicy.Overwrite }.Ours("f", "1").Here("f", "his").Server("f/g", "1");
        Assert.Equal(["+ f/g", "- f > f.user-20261122T120000Z"], sample.Steps());
    }

    [Fact]
    public void A_folder_that_holds_nothing_but_ours_gives_way_to_a_file()
    {
        var sample = Turning(stranger: null);
        Assert.Equal(["+ f", "- f/deep/a", "- f/b"], sample.Steps().OrderBy(step => step[0]).ThenByDescending(step => step.Length));
        Assert.Equal(["f/deep", "f"], sample.Plan().Steps.FoldersToRemove.Select(path => path.Value));
    }

    [Fact]
    public void A_folder_that_holds_something_of_the_users_does_not() => AssertNames("f/deep/his", Turning("f/deep/his"));

    [Fact]
    public void An_empty_folder_of_the_users_does_not() => Assert.Contains(
        "At /app/f lies a folder that is not the app's,", Assert.Throws<InstallException>(() => Turning("f").TryPlan()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_with_a_file_of_ours_that_the_user_changed_does_not() => AssertNames("f/b", Turning(stranger: null).Here("f/b", "his"));

    [Fact]
    public void A_folder_with_a_protected_file_does_not()
    {
        var sample = Turning(stranger: null);
        sample.Protect = ["f/b"];
        AssertNames("f/b", sample);
    }

    [Fact]
    public void A_folder_without_files_is_made_once_and_removed_with_the_release_that_drops_it()
    {
        var first = new PlanSamples { EmptyFolders = ["logs/new", "there"], ExistingFolders = ["there"] };
        Assert.Equal(["logs/new"], first.Plan().Steps.FoldersToCreate.Select(path => path.Value));
        Assert.Equal(["logs", "logs/new"], NextRecord.Of(first.Plan(), new Dictionary<RelativePath, InstalledFile>()).Folders.Select(path => path.Value));

        var kept = new PlanSamples { Folders = ["logs", "logs/new"], ExistingFolders = ["logs", "logs/new"], EmptyFolders = ["logs/new"] };
        Assert.Empty(kept.Plan().Steps.FoldersToCreate);
        Assert.Empty(kept.Plan().Steps.FoldersToRemove);

        var dropped = new PlanSamples { Folders = ["logs", "logs/new"], ExistingFolders = ["logs", "logs/new"] };
        Assert.Equal(["logs/new", "logs"], dropped.Plan().Steps.FoldersToRemove.Select(path => path.Value));
    }

    [Fact]
    public void A_protected_folder_is_not_made() =>
        Assert.Empty(new PlanSamples { EmptyFolders = ["logs"], Protect = ["logs"] }.Plan().Steps.FoldersToCreate);

    [Fact]
    public void A_file_where_a_folder_without_files_belongs_is_named() =>
        Assert.Contains(
            "At /app/logs lies ", Assert.Throws<InstallException>(() => new PlanSamples { EmptyFolders = ["logs/new"], Occupied = ["logs"] }.TryPlan()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_folder_renamed_by_case_stays_ours_where_the_disk_takes_both_for_one()
    {
        var sample = new PlanSamples { Folders = ["Bin"], ExistingFolders = ["bin"], Aliases = { ["Bin"] = "bin", ["Bin/a"] = "bin/a" } }
            .Ours("Bin/a", "1").Here("bin/a", "1").Server("bin/a", "1");
        Assert.Equal(["= bin/a"], sample.Steps());
        Assert.Empty(sample.Plan().Steps.FoldersToRemove);
        Assert.Equal(["bin"], NextRecord.Of(sample.Plan(), new Dictionary<RelativePath, InstalledFile>()).Folders.Select(path => path.Value));
    }

    private static PlanSamples Turning(string? stranger) => new PlanSamples
    {
        Folders = ["f"],
        ExistingFolders = ["f", "f/deep"],
        FoldersInTheWay = { ["f"] = new FolderInTheWay(stranger is null ? [Path("f/deep"), Path("f")] : [], stranger) },
    }.Ours("f/deep/a", "1").Ours("f/b", "1").Server("f", "now a file");

    private static void AssertNames(string name, PlanSamples sample)
    {
        var failure = Assert.Throws<InstallException>(() => sample.TryPlan());
        Assert.Contains("At /app/f lies a folder", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{name}\"", failure.Message, StringComparison.Ordinal);
    }
}
