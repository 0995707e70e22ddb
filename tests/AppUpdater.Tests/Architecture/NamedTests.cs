using System.Text.RegularExpressions;

namespace AppUpdater.Tests.Architecture;

/// <summary>Every test of the solution as <c>Class.Method</c>, for pages that name some.</summary>
internal static partial class NamedTests
{
    /// <summary>From their sources: those that need real servers are compiled into another assembly.</summary>
    internal static HashSet<string> All()
    {
        var tests = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Repository.SourceFiles("tests"))
        {
            var type = "";
            var isTest = false;
            foreach (var line in File.ReadLines(file))
            {
                if (Declaration().Match(line) is { Success: true } declared)
                    type = declared.Groups[1].Value;
                isTest |= Attribute().IsMatch(line);
                if (isTest && Method().Match(line) is { Success: true } method)
                {
                    tests.Add($"{type}.{method.Groups[1].Value}");
                    isTest = false;
                }
            }
        }

        return tests;
    }

    [GeneratedRegex(@"^(?:public|internal)[\w ]* class (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^    \[(?:\w*Fact|\w*Theory|Property)\b")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^    (?:public|internal) [\w<>?\[\], ]+ (\w+)\(")]
    private static partial Regex Method();
}
