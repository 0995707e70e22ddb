using System.Xml.Linq;

namespace AppUpdater.Tests.Architecture;

public sealed class ProjectTests
{
    [Theory]
    [InlineData("AppUpdater.Core")]
    [InlineData("AppUpdater", "AppUpdater.Core")]
    [InlineData("AppUpdater.Testing")]
    [InlineData("AppUpdater.Bootstrapper", "AppUpdater", "AppUpdater.Core")]
    [InlineData("AppUpdater.Cli", "AppUpdater", "AppUpdater.Core", "AppUpdater.Testing")]
    public void References_run_one_way(string project, params string[] allowed)
    {
        // The bootstrapper lies in the tool's folder too: an order of building, not a reference.
        var references = Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

        Assert.Equal([], references.Except(allowed).Except(["AppUpdater.Bootstrapper"]));
    }

    [Theory]
    [InlineData("AppUpdater.Core")]
    [InlineData("AppUpdater.Testing")]
    public void Kernel_and_test_kit_stand_on_the_base_library_alone(string project)
    {
        Assert.Equal([], Includes(project, "PackageReference"));
    }

    [Fact]
    public void No_source_file_is_longer_than_250_lines()
    {
        var tooLong =
            from file in Repository.SourceFiles("src")
            let lines = File.ReadLines(file).Count()
            where lines > 250
            select $"{Repository.Show(file)}: {lines} lines";

        Findings.AssertNone(tooLong);
    }

    private static IEnumerable<string> Includes(string project, string item) =>
        XDocument.Load(Repository.At($"src/{project}/{project}.csproj")).Descendants(item).Select(element => element.Attribute("Include")!.Value);
}
