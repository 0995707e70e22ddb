using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Verbs;
using AppUpdater.Settings;

namespace AppUpdater.Tests.Architecture;

/// <summary>docs/mirror-pull.md and docs/mirror-push.md are followed word by word: what they name must be there, and their examples must be understood.</summary>
public sealed partial class MirrorPagesTests
{
    // Of the other programs that the pages call.
    private static readonly string[] Others = ["--tool-path", "--project", "--system", "--now", "--quick"];

    [Theory]
    [InlineData("pull")]
    [InlineData("push")]
    public void Every_option_that_a_page_names_exists(string direction)
    {
        var page = Page(direction);

        Findings.AssertNone(Unknown(page, direction));
        Assert.Equal(["--evry"], Unknown(page + "\n`--evry 15m`", direction));
        Assert.True(Option().Count(page) > 40);
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("push")]
    public void Every_option_of_the_command_stands_on_its_page(string direction)
    {
        string[] general = ["--verbose"];
        var named = Option().Matches(Page(direction)).Select(option => option.Value).ToHashSet();

        Findings.AssertNone(OptionsOf(direction).Except(named).Except(general).Where(option => option.StartsWith("--", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("pull", 4)]
    [InlineData("push", 5)]
    public void Every_command_line_of_a_page_is_understood(string direction, int least)
    {
        var lines = CommandLines().Matches(Page(direction)).Select(line => line.Groups[1].Value).ToArray();

        Assert.True(lines.Length >= least, string.Join('\n', lines));
        Findings.AssertNone(lines.SelectMany(Problems));
        Assert.NotEmpty(Problems("pull ftp://host/folder here --every often"));
    }

    [Theory]
    [InlineData("pull", MirrorDirection.Pull)]
    [InlineData("push", MirrorDirection.Push)]
    internal void The_mirror_ini_of_a_page_is_read(string page, MirrorDirection direction)
    {
        var text = Assert.Single(IniBlocks().Matches(Page(page)).Select(block => block.Groups[1].Value), block => block.Contains("direction ", StringComparison.Ordinal));

        var read = Assert.Single(MirrorIni.Parse(text, "mirror.ini", Path.GetTempPath(), new EnvironmentVariables(_ => null)).Jobs([], TimeProvider.System));

        Assert.Equal(direction, read.Job.Direction);
        Assert.False(read.Job.Schedule.IsOnce);
    }

    private static string Page(string direction) => File.ReadAllText(Repository.At($"docs/mirror-{direction}.md"));

    private static IEnumerable<string> Unknown(string page, string direction) =>
        Option().Matches(page).Select(option => option.Value).Distinct().Except(OptionsOf(direction)).Except(OptionsOf("run")).Except(Others);

    private static IEnumerable<string> OptionsOf(string verb) => Mirror().Subcommands.Single(command => command.Name == verb).Options.Select(option => option.Name);

    private static IEnumerable<string> Problems(string line) =>
        Mirror().Parse([.. CommandLineParser.SplitCommandLine(line)]).Errors.Select(error => $"{line}: {error.Message}");

    private static Command Mirror() => MirrorVerb.Create(new Screen(TextWriter.Null, TextWriter.Null, IsTerminal: false));

    [GeneratedRegex("(?<![-\\w])--[a-z][a-z-]*[a-z]")]
    private static partial Regex Option();

    [GeneratedRegex(@"^appupdater mirror ([^#\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex CommandLines();

    [GeneratedRegex(@"^```ini\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex IniBlocks();
}
