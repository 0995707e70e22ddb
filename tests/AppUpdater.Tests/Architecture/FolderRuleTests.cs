using System.Text.RegularExpressions;

namespace AppUpdater.Tests.Architecture;

public sealed partial class FolderRuleTests
{
    private static readonly FolderTable Table =
        new("AppUpdater", "Settings", "Transport", "Releases", "Planning", "Staging", "Backup", "Handover", "Mirroring");

    [Fact]
    public void A_folder_uses_only_those_above_it() =>
        Findings.AssertNone(Table.Violations(AssemblyUses.In(typeof(UpdateManager).Assembly.Location)));

    [Fact]
    public void The_rule_sees_uses_inside_method_bodies()
    {
        var table = new FolderTable("AppUpdater.Tests.Architecture.Control", "Early", "Late");

        var violations = string.Join('\n', table.Violations(AssemblyUses.In(typeof(FolderRuleTests).Assembly.Location)));

        string[] planted =
        [
            "CallsInAsyncMethod", "CallsInBody", "CallsInLambda", "CatchesInBody", "DerivesFromLater", "NamesAsTypeArgument",
            "NamesByTypeOf", "TakesAsParameter",
        ];
        Assert.Equal(planted, Offender().Matches(violations).Select(match => match.Groups[1].Value).Distinct());
        Assert.DoesNotContain("UsesEarlier", violations, StringComparison.Ordinal);
    }

    [Fact]
    public void A_files_namespace_is_its_folder()
    {
        var strays =
            from file in Repository.SourceFiles("src/AppUpdater")
            let folder = Path.GetRelativePath(Repository.At("src/AppUpdater"), Path.GetDirectoryName(file)!).Replace('\\', '/')
            let declared = Declaration().Match(File.ReadAllText(file)).Groups[1].Value
            where declared.Length > 0 && declared != Table.Namespace(folder == "." ? "" : folder)
            select $"{Repository.Show(file)} declares {declared}";

        Findings.AssertNone(strays);
    }

    [GeneratedRegex(@"Early\.(\w+) uses")]
    private static partial Regex Offender();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
