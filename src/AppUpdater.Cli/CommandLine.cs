using System.CommandLine;
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
            var problems = string.Join(' ', parsed.Errors.Select(error => error.Message));
            return Tell(ExitCodes.Usage, $"{problems} See appupdater --help.", args.Contains("--json"), screen);
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
            return Report(failure, common, screen);
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

    private static int Report(Exception failure, CommonOptions common, Screen screen)
    {
        if (common.Verbose)
            screen.Note(failure.ToString());
        var code = ExitCodes.For(failure);
        return Tell(code, Message(code, failure), common.Json, screen);
    }

    private static string Message(int code, Exception failure) => code switch
    {
        ExitCodes.Cancelled when failure is not MirrorStoppedException => "Cancelled. What was fetched is kept for the next run.",
        ExitCodes.Defect => $"Unexpected: {failure.Message} (--verbose shows where.)",
        _ => failure.Message,
    };

    private static int Tell(int code, string message, bool json, Screen screen)
    {
        screen.Fail(message);
        if (json)
            screen.Write(new ErrorResult(new ErrorDetail(code, message)), CliJson.Readable.ErrorResult);
        return code;
    }
}
