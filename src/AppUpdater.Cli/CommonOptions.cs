using System.CommandLine;
using AppUpdater.Cli.Mirroring;

namespace AppUpdater.Cli;

/// <summary>What every verb that works on an install takes.</summary>
internal sealed record CommonOptions(string Config, bool Json, bool Verbose)
{
    private static readonly Option<string> ConfigOption = new("--config", "-c")
    {
        Description = "The install's settings.", HelpName = "dato.ini", DefaultValueFactory = _ => "dato.ini",
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One JSON object on standard output, for scripts." };

    private static readonly Option<bool> VerboseOption = new("--verbose") { Description = "Logs every step to standard error." };

    internal static void AddTo(Command command)
    {
        command.Add(ConfigOption);
        AddOutputTo(command);
    }

    /// <summary>For verbs that work on a server and have no install.</summary>
    internal static void AddOutputTo(Command command)
    {
        command.Add(JsonOption);
        command.Add(VerboseOption);
    }

    /// <summary>For verbs whose help is in several languages.</summary>
    internal static void AddOutputTo(Command command, Texts texts)
    {
        command.Add(new Option<bool>(JsonOption.Name) { Description = texts["Help.json"] });
        command.Add(new Option<bool>(VerboseOption.Name) { Description = texts["Help.verbose"] });
    }

    internal static CommonOptions From(ParseResult parsed) => new(
        parsed.GetResult(ConfigOption) is null ? "dato.ini" : parsed.GetValue(ConfigOption)!,
        IsGiven(parsed, JsonOption),
        IsGiven(parsed, VerboseOption));

    private static bool IsGiven(ParseResult parsed, Option<bool> usual) =>
        parsed.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == usual.Name) is { } own && parsed.GetValue(own);
}
