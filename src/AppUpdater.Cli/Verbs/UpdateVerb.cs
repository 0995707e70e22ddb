using System.CommandLine;
using AppUpdater.Cli.Output;
using AppUpdater.Planning;

namespace AppUpdater.Cli.Verbs;

/// <summary>Brings the install up to date and returns after the commit.</summary>
internal sealed record UpdateVerb(CommonOptions Common, CheckOptions Check, bool IsDryRun)
{
    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Also where the server's version is not newer, was rolled back from, or was undone before.",
    };

    private static readonly Option<bool> All = new("--all") { Description = "Fetch every file, not only what differs." };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Print the plan and change nothing; exit code as of check." };

    internal static Command Create(Screen screen)
    {
        var command = InstallVerb.Create(
            "update", "Fetches what changed, backs up, swaps, and starts the app where dato.ini names it.", (parsed, ct) => From(parsed).RunAsync(screen, ct));
        command.Add(Force);
        command.Add(All);
        command.Add(DryRun);
        return command;
    }

    private static UpdateVerb From(ParseResult parsed) => new(
        CommonOptions.From(parsed),
        new CheckOptions { Force = parsed.GetValue(Force), EveryFile = parsed.GetValue(All) },
        parsed.GetValue(DryRun));

    private Task<int> RunAsync(Screen screen, CancellationToken ct) =>
        InstallVerb.OpenAsync(Common, screen, updater => UpdateAsync(updater, screen, ct), ct);

    private async Task<int> UpdateAsync(UpdateManager updater, Screen screen, CancellationToken ct)
    {
        var plan = await updater.CheckAsync(Check, ct);
        if (IsDryRun)
            return await CheckVerb.TellAsync(updater, plan, Common, screen, ct);
        if (plan is null)
            return await NothingToDoAsync(updater, screen, ct);
        if (!Common.Json && CheckVerb.Notes(plan) is { Length: > 0 } notes)
            screen.Say(notes.TrimStart());
        return await CarryOutAsync(updater, plan, Common, screen, ct);
    }

    /// <summary>Stages and applies a plan.</summary>
    internal static async Task<int> CarryOutAsync(UpdateManager updater, UpdatePlan plan, CommonOptions common, Screen screen, CancellationToken ct)
    {
        foreach (var remark in plan.Remarks)
            screen.Note(remark);
        var staged = await screen.Progress().ShowAsync(progress => updater.StageAsync(plan, progress, ct));
        if (!common.Json)
        {
            screen.Say($"{staged.Changes.Length} {(staged.Changes.Length == 1 ? "file changes" : "files change")}; {ByteCount.Show(staged.BytesFetched)} were fetched.");
            if (staged.Backup is { } backup)
                screen.Say($"What they replace is kept in {backup}.");
        }

        return await InstallVerb.ApplyAsync(updater, staged, common, screen, ct);
    }

    private async Task<int> NothingToDoAsync(UpdateManager updater, Screen screen, CancellationToken ct)
    {
        if (!Common.Json)
            return await CheckVerb.TellAsync(updater, null, Common, screen, ct);
        var installed = (await updater.GetStatusAsync(ct)).Version?.ToString();
        screen.Write(new SwapVerbResult("upToDate", installed, installed, 0, null, null), CliJson.Readable.SwapVerbResult);
        return ExitCodes.Done;
    }
}
