using System.Text.RegularExpressions;

namespace AppUpdater.Tests.Architecture;

/// <summary>SECURITY.md names the test that shows each attack fail: it must not promise by tests that are gone.</summary>
public sealed partial class SecurityPageTests
{
    private const int Attacks = 26;

    private static readonly string Page = File.ReadAllText(Repository.At("SECURITY.md"));

    [Fact]
    public void Every_attack_names_tests_that_exist() => Findings.AssertNone(Problems(Page, NamedTests.All()));

    [Fact]
    public void A_test_that_is_gone_and_an_attack_without_one_are_found()
    {
        var tests = NamedTests.All();
        Assert.Equal(["StolenKeyTests.Gone is no test"], Problems(Page + "\n| theft | a lock | `StolenKeyTests.Gone` |", tests));
        Assert.Equal(["theft has no test"], Problems(Page + "\n| theft | a lock | trust us |", tests));
        Assert.InRange(Row().Count(Page), Attacks, 2 * Attacks);
    }

    private static List<string> Problems(string page, HashSet<string> tests) =>
    [
        .. Row().Matches(page).Where(row => !Test().IsMatch(row.Groups[2].Value)).Select(row => $"{row.Groups[1].Value.Trim()} has no test"),
        .. Test().Matches(page).Select(test => test.Groups[1].Value).Where(test => !tests.Contains(test)).Select(test => $"{test} is no test"),
    ];

    [GeneratedRegex(@"^\|(?! attack \||---)([^|]*)\|[^|]*\|([^|\n]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Test();
}
