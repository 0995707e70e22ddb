using System.CommandLine;
using System.CommandLine.Parsing;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Verbs;

namespace AppUpdater.Cli;

/// <summary>The verbs, and what becomes of a failure: one message, one exit code.</summary>
internal static class CommandLine
{
    internal static async Task<int> RunAsync(string[] args, Screen screen, CancellationToken ct)
    {
        MirrorLanguage.Use(args);
        var parsed = Create(screen).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            screen.Fail(SayerOf(parsed)(Problems(parsed)));
            if (args.Contains("--json"))
            {
                MirrorLanguage.Use("en"); // for scripts, whatever people read
                Write(ExitCodes.Usage, Problems(Create(screen).Parse(args)), screen);
            }

            return ExitCodes.Usage;
        }

        var common = CommonOptions.From(parsed);
        try
        {
            // Ctrl+C is ours: the library's own time limit would end the process in the middle of a swap.
            var setup = new InvocationConfiguration
            {
                Output = screen.Out, Error = screen.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(setup, ct);
        }
#pragma warning disable CA1031 // the outermost frame: whatever it is becomes a message and a code
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Report(failure, parsed, common, screen);
        }
    }

    private static RootCommand Create(Screen screen) => new("Brings an install up to date from a folder on a file server.")
    {
        HelpName = "appupdater",
        Subcommands =
        {
            CheckVerb.Create(screen),
            UpdateVerb.Create(screen),
            RollbackVerb.Create(screen),
            StatusVerb.Create(screen),
            VerifyVerb.Create(screen),
            RepairVerb.Create(screen),
            ServeVerb.Create(screen),
            DoctorVerb.Create(screen),
            KeygenVerb.Create(screen),
            PublishVerb.Create(screen),
            ReleaseVerb.Create(screen),
            RotateVerb.Create(screen),
            PruneVerb.Create(screen),
            VerifyServerVerb.Create(screen),
            MirrorVerb.Create(screen),
        },
    };

    private static int Report(Exception failure, ParseResult parsed, CommonOptions common, Screen screen)
    {
        if (common.Verbose)
            screen.Note(failure.ToString());
        var code = ExitCodes.For(failure);
        var message = Message(code, failure);
        screen.Fail(SayerOf(parsed)(message));
        if (common.Json)
            Write(code, message, screen);
        return code;
    }

    private static Wording Problems(ParseResult parsed) => $"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See appupdater --help.";

    /// <summary>Mirrors speak their reader's language; the other verbs English.</summary>
    private static Func<Wording, string> SayerOf(ParseResult parsed) =>
        parsed.CommandResult is { Command.Name: MirrorVerb.Name } or { Parent: CommandResult { Command.Name: MirrorVerb.Name } } ? Reasons.Of : static message => message.ToString();

    private static Wording Message(int code, Exception failure) => code switch
    {
        ExitCodes.Cancelled when failure is not MirrorStoppedException => "Cancelled. What was fetched is kept for the next run.",
        ExitCodes.Defect => $"Unexpected: {Wording.Of(failure)} (--verbose shows where.)",
        _ => Wording.Of(failure),
    };

    private static void Write(int code, Wording message, Screen screen) =>
        screen.Write(new ErrorResult(new ErrorDetail(code, message.ToString())), CliJson.Readable.ErrorResult);
}
