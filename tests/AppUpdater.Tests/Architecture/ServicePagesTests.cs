using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Verbs;

namespace AppUpdater.Tests.Architecture;

/// <summary>The units, timers and tasks of docs/mirror-pull.md and docs/mirror-push.md are pasted as they stand: each key is one that its system knows, and what they start is understood.</summary>
public sealed partial class ServicePagesTests
{
    private const int LongestTask = 261; // of /TR, says Microsoft's page of schtasks

    // systemd.unit(5), systemd.service(5), systemd.timer(5)
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["Unit"] = ["Description", "Wants", "After", "RequiresMountsFor"],
        ["Service"] = ["User", "ExecStart", "Restart", "RestartSec", "RestartPreventExitStatus", "TimeoutStopSec", "Type", "SuccessExitStatus", "Environment"],
        ["Timer"] = ["OnBootSec", "OnUnitInactiveSec"],
        ["Install"] = ["WantedBy"],
    };

    // Module ScheduledTasks of Windows 8 and Server 2012 on, and the two of PowerShell itself.
    private static readonly Dictionary<string, string[]> Cmdlets = new(StringComparer.Ordinal)
    {
        ["New-ScheduledTaskAction"] = ["-Execute", "-Argument"],
        ["New-ScheduledTaskTrigger"] = ["-AtStartup", "-Once", "-At", "-RepetitionInterval"],
        ["New-ScheduledTaskSettingsSet"] =
        [
            "-ExecutionTimeLimit", "-MultipleInstances", "-StartWhenAvailable", "-RestartCount", "-RestartInterval", "-AllowStartIfOnBatteries", "-DontStopIfGoingOnBatteries",
        ],
        ["Register-ScheduledTask"] = ["-TaskName", "-Action", "-Trigger", "-Settings", "-User", "-Password"],
        ["Start-ScheduledTask"] = ["-TaskName"],
        ["New-TimeSpan"] = ["-Minutes"],
        ["Get-Credential"] = ["-Message"],
        ["Get-Date"] = [],
    };

    [Theory]
    [InlineData("pull")]
    [InlineData("push")]
    public void Every_unit_has_keys_that_systemd_knows_and_starts_what_is_understood(string direction)
    {
        var units = Units().Matches(Page(direction)).Select(unit => unit.Groups[1].Value).ToArray();
        Assert.Equal(2, units.Length);
        Findings.AssertNone(units.SelectMany(Wrong));
        Assert.NotEmpty(Wrong(units[0].Replace("RestartSec", "RestartSecs", StringComparison.Ordinal)));
        Assert.NotEmpty(Wrong(units[0].Replace("--job", "--jobs", StringComparison.Ordinal)));
        Assert.Contains($"RestartPreventExitStatus={ExitCodes.Usage} {ExitCodes.Settings}", units[0], StringComparison.Ordinal);
        Assert.Contains($"SuccessExitStatus={ExitCodes.Cancelled}", Page(direction), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("push")]
    public void Every_task_is_made_with_options_that_exist_and_starts_what_is_understood(string direction)
    {
        var page = Page(direction);
        var script = PowerShell().Match(page).Groups[1].Value;
        Findings.AssertNone(WrongIn(script));
        Assert.NotEmpty(WrongIn(script.Replace("-AtStartup", "-AtBoot", StringComparison.Ordinal)));
        Assert.NotEmpty(WrongIn(script.Replace("@((", "@(", StringComparison.Ordinal)));

        var task = Assert.Single(Task().Matches(page).Select(task => task.Groups[1].Value));
        Assert.InRange(task.Length, 1, LongestTask);
        Findings.AssertNone(Problems(task, @"C:\AppUpdater\appupdater.exe "));
    }

    private static IEnumerable<string> Wrong(string unit)
    {
        var section = "";
        foreach (var line in unit.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#'))
        {
            var key = line.Split('=')[0];
            if (line is ['[', .. var name, ']'])
                section = name;
            else if (!Keys.TryGetValue(section, out var known) || !known.Contains(key))
                yield return $"[{section}] {key}";
            foreach (var problem in key == "ExecStart" ? Problems(line[10..], "/opt/appupdater/appupdater ") : [])
                yield return problem;
        }
    }

    private static IEnumerable<string> WrongIn(string script)
    {
        if (script.Count(letter => letter == '(') != script.Count(letter => letter == ')') || script.Count(letter => letter == '\'') % 2 > 0)
            yield return "a bracket or quote that is not closed";
        foreach (var line in script.Split('\n').Where(line => line.Contains('`', StringComparison.Ordinal) && line[^1] != '`'))
            yield return $"a line that goes on in its middle: {line}";
        foreach (Match argument in Argument().Matches(script))
        {
            foreach (var problem in Problems(argument.Groups[1].Value, ""))
                yield return problem;
        }

        string[] known = [.. Cmdlets.Values.SelectMany(names => names)];
        var bare = Quoted().Replace(script, "''");
        foreach (var name in Cmdlet().Matches(bare).Select(match => match.Value).Where(name => !Cmdlets.ContainsKey(name)))
            yield return name;
        foreach (var name in Parameter().Matches(bare).Select(match => match.Value).Where(name => !known.Contains(name)))
            yield return name;
    }

    private static IEnumerable<string> Problems(string line, string program)
    {
        if (!line.StartsWith(program + "mirror ", StringComparison.Ordinal))
            return [$"{line} does not start {program}"];
        var mirror = MirrorVerb.Create(new Screen(TextWriter.Null, TextWriter.Null, IsTerminal: false));
        return mirror.Parse([.. CommandLineParser.SplitCommandLine(line[(program.Length + 7)..])]).Errors.Select(error => $"{line}: {error.Message}");
    }

    private static string Page(string direction) => File.ReadAllText(Repository.At($"docs/mirror-{direction}.md")).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^```ini\n(\[Unit\]\n.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Units();

    [GeneratedRegex(@"^```powershell\n(.*?)\n```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex PowerShell();

    [GeneratedRegex("^schtasks /Create /TN \"[^\"]+\" /SC MINUTE /MO 5 /RU \\S+ /RP \\* /TR \"([^\"]+)\"$", RegexOptions.Multiline)]
    private static partial Regex Task();

    [GeneratedRegex("-Argument '([^']+)'")]
    private static partial Regex Argument();

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(New|Get|Register|Start)-[A-Za-z]+\b")]
    private static partial Regex Cmdlet();

    [GeneratedRegex(@"(?<=\s)-[A-Za-z]+\b")]
    private static partial Regex Parameter();
}
