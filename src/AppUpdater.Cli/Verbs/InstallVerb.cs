using System.CommandLine;
using AppUpdater.Cli.Output;
using AppUpdater.Handover;

namespace AppUpdater.Cli.Verbs;

/// <summary>What the verbs that work on an install have in common.</summary>
internal static class InstallVerb
{
    internal static Command Create(string name, string description, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        CommonOptions.AddTo(command);
        command.SetAction(run);
        return command;
    }

    /// <summary>Opens the install, finishes or undoes what was cut off there, and goes on.</summary>
    internal static async Task<int> OpenAsync(
        CommonOptions common, Screen screen, Func<UpdateManager, Task<int>> verb, CancellationToken ct)
    {
        var options = new UpdateOptions { Logger = screen.Logger(common.Verbose) };
        await using var updater = UpdateManager.FromSettings(Path.GetFullPath(common.Config), options);
        if (await updater.RecoverAsync(ct) is { } recovered)
            screen.NoteRecovery(recovered);
        return await verb(updater);
    }

    /// <summary>Swaps what was staged and tells how that ended.</summary>
    internal static async Task<int> ApplyAsync(
        UpdateManager updater, StagedUpdate staged, CommonOptions common, Screen screen, CancellationToken ct)
    {
        var outcome = await updater.ApplyAsync(staged, ct);
        if (common.Json)
        {
            var result = new SwapVerbResult(
                SwapVerbResult.Word(outcome.Result), staged.From?.ToString(), staged.To?.ToString(), staged.BytesFetched, staged.Backup, outcome.Reason);
            screen.Write(result, CliJson.Readable.SwapVerbResult);
        }

        return outcome.Result switch
        {
            SwapResult.Undone => Fail(ExitCodes.Undone, $"The swap was undone and {Name(staged.From)} is back: {outcome.Reason}"),
            SwapResult.Blocked => Fail(ExitCodes.Undone, $"The swap is neither done nor undone: {outcome.Reason} Remove the obstacle and run this again."),
            SwapResult.Pending => Fail(ExitCodes.Disk, $"Nothing has changed yet; {Name(staged.To)} is ready and waits: {outcome.Reason}"),
            _ => Succeed(),
        };

        int Fail(int code, string message)
        {
            screen.Fail(message);
            return code;
        }

        int Succeed()
        {
            if (!common.Json)
                screen.Say($"{Name(staged.To)} is in place.");
            return ExitCodes.Done;
        }
    }

    private static string Name(NuGet.Versioning.NuGetVersion? version) => version is null ? "What was there before" : $"Version {version}";
}
