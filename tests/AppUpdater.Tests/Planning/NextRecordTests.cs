using AppUpdater.Planning;
using AppUpdater.Transport;
using static AppUpdater.Tests.Planning.PlanSamples;

namespace AppUpdater.Tests.Planning;

public class NextRecordTests
{
    [Fact]
    public void The_next_record_has_what_was_fetched_and_what_stayed_and_no_more()
    {
        var sample = new PlanSamples { Folders = ["old", "kept"], ExistingFolders = ["kept", "his"] }
            .Ours("old/gone", "1").Ours("kept/same", "2").Ours("changed", "3")
            .Server("kept/same", "2").Server("changed", "33", 5).Server("new/deep/added", "4").Server("his/added", "5");
        var plan = sample.Plan();
        var record = NextRecord.Of(plan, plan.Steps.Fetch.ToDictionary(
            file => file.Target, file => new InstalledFile(file.File.Size, file.File.Modified, Noon.AddDays(1), Hash(file.Target.Value))));
        Assert.Equal(("app", "1.1.0", "1.1.0-0123456789abcdef"), (record.App, record.Version.ToString(), record.Release));
        Assert.Equal(["changed", "his/added", "kept/same", "new/deep/added"], record.Files.Keys.Select(path => path.Value));
        Assert.Equal((2L, Hash("changed")), (record.Files[Path("changed")].Size, record.Files[Path("changed")].Hash));
        Assert.Equal(Hash("2"), record.Files[Path("kept/same")].Hash);
        Assert.Equal(["kept", "new", "new/deep"], record.Folders.Select(path => path.Value));
    }

    [Fact]
    public void A_file_that_was_not_staged_is_a_mistake_of_the_caller() =>
        Assert.Throws<KeyNotFoundException>(() => NextRecord.Of(
            new PlanSamples().Server("a", "1").Plan(), new Dictionary<RelativePath, InstalledFile>()));

    [Fact]
    public void Times_of_the_server_are_recorded_with_their_precision()
    {
        var plan = new PlanSamples().Ours("a", "1").Server("a", "1", 0, TimeSpan.FromMinutes(1)).Plan();
        Assert.Equal(new RemoteTime(Noon, Second), NextRecord.Of(plan, new Dictionary<RelativePath, InstalledFile>()).Files[Path("a")].Modified);
    }
}
