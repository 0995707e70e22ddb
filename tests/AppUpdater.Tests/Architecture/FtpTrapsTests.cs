using System.Globalization;
using System.Text.RegularExpressions;

namespace AppUpdater.Tests.Architecture;

/// <summary>docs/ftp-traps.md tells of each known trap of FTP which test shows it, or why it can't occur: it must not tell of tests that are gone.</summary>
public sealed partial class FtpTrapsTests
{
    private const int Traps = 55;
    private const int ShortestReason = 20;

    private static readonly string Guide = File.ReadAllText(Repository.At("docs/ftp-traps.md"));

    [Fact]
    public void Every_trap_stands_there_once_with_a_test_that_exists_or_a_reason() => Findings.AssertNone(Problems(Guide, NamedTests.All()));

    [Fact]
    public void What_is_missing_doubled_unfounded_or_gone_is_found()
    {
        var tests = NamedTests.All();
        const string known = "FtpTrapsTests.What_is_missing_doubled_unfounded_or_gone_is_found";
        var good = string.Join('\n', Enumerable.Range(1, Traps).Append(Traps).Select((number, at) => at < Traps
            ? string.Create(CultureInfo.InvariantCulture, $"| {number} | a trap | `{known}` |")
            : "| + | one more | It can't occur since nothing here asks for it. |"));
        Assert.Empty(Problems(good, tests));

        Assert.Equal(["7 stands there 0 times"], Problems(good.Replace("| 7 |", "| x |", StringComparison.Ordinal), tests));
        Assert.Equal(["7 stands there 2 times"], Problems(good + $"\n| 7 | a trap | `{known}` |", tests));
        Assert.Equal(["56 is no trap"], Problems(good + $"\n| 56 | a trap | `{known}` |", tests));
        Assert.Equal(["7 has neither test nor reason"], Problems(good.Replace($"| 7 | a trap | `{known}` |", "| 7 | a trap | never mind |", StringComparison.Ordinal), tests));
        Assert.Equal(["FtpTrapsTests.Gone is no test"], Problems(good + "\nand `FtpTrapsTests.Gone`", tests));
        Assert.Equal(["FtpTrapsTests.Problems is no test"], Problems(good + "\nand `FtpTrapsTests.Problems`", tests));
    }

    /// <summary>A row is <c>| number | trap | tests and words |</c>; "+" numbers what the guide adds without one.</summary>
    private static List<string> Problems(string guide, HashSet<string> tests)
    {
        var problems = new List<string>();
        var rows = Row().Matches(guide).Where(row => row.Groups[1].Value != "+")
            .ToLookup(row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row => row.Groups[2].Value);
        foreach (var number in Enumerable.Range(1, Traps).Where(number => rows[number].Count() != 1))
            problems.Add($"{number} stands there {rows[number].Count()} times");
        problems.AddRange(rows.Where(row => row.Key is < 1 or > Traps).Select(row => $"{row.Key} is no trap"));
        problems.AddRange(Row().Matches(guide).Where(row => !IsFounded(row.Groups[2].Value)).Select(row => $"{row.Groups[1].Value} has neither test nor reason"));
        problems.AddRange(Test().Matches(guide).Select(test => test.Groups[1].Value).Where(test => !tests.Contains(test)).Select(test => $"{test} is no test"));
        return problems;
    }

    private static bool IsFounded(string shown) => Test().IsMatch(shown) || (shown.Length >= ShortestReason && shown.TrimEnd().EndsWith('.'));

    [GeneratedRegex(@"^\| *(\d+|\+) *\|[^|]*\|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Test();
}
