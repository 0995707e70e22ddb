using AppUpdater.Planning;
using AppUpdater.Settings;

namespace AppUpdater.Tests.Planning;

/// <summary>What a plan says that it needs, and how it prints.</summary>
public sealed class PlanTextTests
{
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
