using AppUpdater.Core.Processes;
using AppUpdater.Handover;

namespace AppUpdater.Tests.Handover;

public sealed class BootstrapperCommandTests
{
    private static readonly string Root = OperatingSystem.IsWindows() ? @"C:\my app" : "/opt/my app";

    [Fact]
    public void What_is_written_is_read_back()
    {
        var command = new BootstrapperCommand
        {
            Verb = BootstrapperVerb.Apply,
            Install = Root,
            Swap = "s1",
            WaitFor = new ProcessIdentity(12, 345),
            Launcher = new ProcessIdentity(6, 7),
            WaitLimit = TimeSpan.FromSeconds(90),
            Relaunch = true,
            Stay = true,
            WorkingDirectory = Path.Join(Root, "x"),
            Arguments = ["", "--install", "two words", "--", "\"ñ\""],
        };

        var (read, problem) = BootstrapperCommand.Parse(command.ToArguments());

        Assert.Null(problem);
        Assert.Equal(command.Arguments.AsEnumerable(), read!.Arguments);
        Assert.Equal(command with { Arguments = [] }, read with { Arguments = [] });
    }

    [Fact]
    public void Recover_is_read_back_with_what_it_starts()
    {
        var command = new BootstrapperCommand { Verb = BootstrapperVerb.Recover, Install = Root, Run = RelativePath.Parse("bin/My App") };

        var (read, _) = BootstrapperCommand.Parse(command.ToArguments());

        Assert.Equal(command with { Arguments = [] }, read! with { Arguments = [] });
    }

    [Theory]
    [InlineData("")]
    [InlineData("apply")]
    [InlineData("install --install /x --swap s1")]
    [InlineData("apply --install relative --swap s1")]
    [InlineData("apply --install /x")]
    [InlineData("apply --install /x --swap ../s1")]
    [InlineData("apply --install /x --swap S1")]
    [InlineData("apply --install /x --swap s1 --swap s2")]
    [InlineData("apply --install /x --swap s1 --wait 12")]
    [InlineData("apply --install /x --swap s1 --wait-for 60")]
    [InlineData("apply --install /x --swap s1 --wait-for -1s")]
    [InlineData("apply --install /x --swap s1 --wait-for 2592001s")]
    [InlineData("apply --install /x --swap s1 --cwd relative")]
    [InlineData("apply --install /x --swap s1 --cwd")]
    [InlineData("apply --install /x --swap s1 stray")]
    [InlineData("apply --install /x --swap s1 --unknown value")]
    [InlineData("recover --install /x --swap s1")]
    [InlineData("recover --install /x --run ../app")]
    public void Everything_else_is_refused(string line)
    {
        var (command, problem) = BootstrapperCommand.Parse(line.Length == 0 ? [] : line.Split(' '));

        Assert.Null(command);
        Assert.NotEmpty(problem!);
    }

    [Theory]
    [InlineData("apply --install /x", true)]
    [InlineData("apply now", false)]
    [InlineData("--install /x", false)]
    public void An_apps_own_arguments_are_not_taken_for_a_verb(string line, bool isOne) =>
        Assert.Equal(isOne, BootstrapperCommand.IsOne(line.Split(' ')));
}
