using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace AppUpdater.Tests.Architecture;

public sealed partial class ExitCodeTests
{
    [Fact]
    public void The_README_lists_the_codes_that_the_code_has()
    {
        var readme = File.ReadAllText(Repository.At("README.md"));
        var section = Section().Match(readme).Value;
        var listed = Row().Matches(section).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

        var known = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (int)field.GetRawConstantValue()!);

        Assert.Equal(known.Order(), listed.Order());
    }

    [Fact]
    public void Each_kind_of_failure_has_its_code()
    {
        (Exception Failure, int Code)[] table =
        [
            (new SettingsException("x"), 3), (new UnreachableException("x"), 4), (new MissingException("x"), 4), (new UntrustedException("x"), 5),
            (new InstallException("x"), 6), (new IOException(), 6), (new UnauthorizedAccessException(), 6), (new OperationCanceledException(), 130),
            (new InvalidOperationException(), 1),
        ];

        Assert.All(table, row => Assert.Equal(row.Code, ExitCodes.For(row.Failure)));
    }

    [GeneratedRegex(@"^#+ Exit codes$.*?(?=^#|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| *(\d+) *\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
