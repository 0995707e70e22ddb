using System.Globalization;
using System.Text.RegularExpressions;

namespace AppUpdater.Tests.Architecture;

/// <summary>docs/accidents.md tells of each known accident which test shows that it does not happen here: it must not tell of tests that are gone.</summary>
public sealed partial class AccidentsTests
{
    private const int Accidents = 37;
    private const int ShortestReason = 20;

    private static readonly string Guide = File.ReadAllText(Repository.At("docs/accidents.md"));

    [Fact]
    public void Every_accident_stands_there_once_with_a_test_that_exists_or_a_reason() => Findings.AssertNone(Problems(Guide, NamedTests.All()));

    [Fact]
    public void What_is_missing_unfounded_or_gone_is_found()
    {
        var tests = NamedTests.All();
        Assert.Equal(["7 stands there 0 times"], Problems(Guide.Replace("| 7 |", "| x |", StringComparison.Ordinal), tests));
        Assert.Equal(["7 stands there 2 times"], Problems(Guide + "\n| 7 | once more | It can't happen a second time. |", tests));
        Assert.Equal(["38 stands there 1 times"], Problems(Guide + "\n| 38 | unheard of | It can't happen, nobody heard of it. |", tests));
        Assert.Equal(["37 has neither test nor reason", "37 stands there 2 times"], Problems(Guide + "\n| 37 | an accident | never mind |", tests).Order());
        Assert.Equal(["AccidentsTests.Gone is no test"], Problems(Guide + "\nand `AccidentsTests.Gone`", tests));
    }

    [Fact]
    public void Nothing_asks_for_more_rights_than_the_host_has()
    {
        var asking = Repository.SourceFiles("src").Where(file => Elevating().IsMatch(File.ReadAllText(file)));

        Findings.AssertNone(asking.Select(file => $"{file} asks for more rights"));
        Assert.Matches(Elevating(), "Verb = \"runas\"");
    }

    /// <summary>A row is <c>| number | accident | tests and words |</c>.</summary>
    private static List<string> Problems(string guide, HashSet<string> tests)
    {
        var rows = Row().Matches(guide).Select(row => (Number: int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), Shown: row.Groups[2].Value)).ToArray();
        var counts = rows.CountBy(row => row.Number).ToDictionary();
        return
        [
            .. Enumerable.Range(1, Accidents).Union(counts.Keys).Where(number => counts.GetValueOrDefault(number) != (number <= Accidents ? 1 : 0))
                .Select(number => $"{number} stands there {counts.GetValueOrDefault(number)} times"),
            .. rows.Where(row => !IsFounded(row.Shown)).Select(row => $"{row.Number} has neither test nor reason"),
            .. Test().Matches(guide).Select(test => test.Groups[1].Value).Where(test => !tests.Contains(test)).Select(test => $"{test} is no test"),
        ];
    }

    private static bool IsFounded(string shown) => Test().IsMatch(shown) || (shown.Length >= ShortestReason && shown.TrimEnd().EndsWith('.'));

    [GeneratedRegex(@"^\| *(\d+) *\|[^|]*\|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Test();

    [GeneratedRegex("""runas|pkexec|"sudo"|requireAdministrator|UseShellExecute = true""")]
    private static partial Regex Elevating();
}
