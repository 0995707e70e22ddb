using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Tests.Releases;

public class MinimumRuleTests
{
    [Theory]
    [InlineData(true, true, "2.0", "1.9", (int)MinimumVerdict.HoldBack)]
    [InlineData(true, true, "2.0", "2.0-rc.1", (int)MinimumVerdict.HoldBack)]
    [InlineData(true, true, "2.0", null, (int)MinimumVerdict.HoldBack)]
    [InlineData(true, true, "2.0", "2.0.0", (int)MinimumVerdict.Start)]
    [InlineData(true, true, "2.0", "10.0", (int)MinimumVerdict.Start)]
    [InlineData(true, true, null, "1.0", (int)MinimumVerdict.Start)]
    [InlineData(true, true, null, null, (int)MinimumVerdict.Start)]
    [InlineData(false, true, "2.0", "1.9", (int)MinimumVerdict.Start)]
    [InlineData(false, false, "2.0", "1.9", (int)MinimumVerdict.Start)]
    public void An_app_is_held_back_only_where_all_of_it_comes_together(
        bool isEnforced, bool isSigned, string? minimum, string? installed, int verdict) =>
        Assert.Equal((MinimumVerdict)verdict, MinimumRule.Judge(Facts(isEnforced, isSigned, minimum, installed)));

    [Theory]
    [InlineData("2.0", "1.9", (int)MinimumVerdict.StartUnsigned)]
    [InlineData("99.0", null, (int)MinimumVerdict.StartUnsigned)]
    [InlineData("2.0", "2.0", (int)MinimumVerdict.Start)]
    public void An_unsigned_minimum_never_holds_an_app_back(string minimum, string? installed, int verdict) =>
        Assert.Equal((MinimumVerdict)verdict, MinimumRule.Judge(Facts(isEnforced: true, isSigned: false, minimum, installed)));

    private static MinimumFacts Facts(bool isEnforced, bool isSigned, string? minimum, string? installed) => new()
    {
        IsEnforced = isEnforced,
        IsSigned = isSigned,
        Minimum = minimum is null ? null : NuGetVersion.Parse(minimum),
        Installed = installed is null ? null : NuGetVersion.Parse(installed),
    };
}
