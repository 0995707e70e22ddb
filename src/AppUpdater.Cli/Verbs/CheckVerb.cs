using System.CommandLine;
using AppUpdater.Cli.Output;
using AppUpdater.Planning;

namespace AppUpdater.Cli.Verbs;

/// <summary>Asks the server; changes nothing.</summary>
internal sealed record CheckVerb(CommonOptions Common)
{
    internal static Command Create(Screen screen) => InstallVerb.Create(
        "check",
        "Tells whether an update is available: exit code 10 where it is, 0 where not.",
        (parsed, ct) => new CheckVerb(CommonOptions.From(parsed)).RunAsync(screen, ct));

    private Task<int> RunAsync(Screen screen, CancellationToken ct) => InstallVerb.OpenAsync(
        Common,
        screen,
        async updater =>
        {
            var plan = await updater.CheckAsync(ct);
            return await TellAsync(updater, plan, Common, screen, ct);
        },
        ct);

    /// <summary>Prints a plan, or that there is none.</summary>
    internal static async Task<int> TellAsync(
        UpdateManager updater, UpdatePlan? plan, CommonOptions common, Screen screen, CancellationToken ct)
    {
        var installed = plan is null ? (await updater.GetStatusAsync(ct)).Version : plan.From;
        if (common.Json)
            screen.Write(plan is null ? PlanResult.None(installed?.ToString()) : PlanResult.Of(plan), CliJson.Readable.PlanResult);
        else
            screen.Say(plan is null ? $"Up to date{(installed is null ? "" : $": version {installed}")}." : $"{plan.ToString()!.TrimEnd()}{Notes(plan)}");
        return plan is null ? ExitCodes.Done : ExitCodes.UpdateAvailable;
    }

    /// <summary>Without control characters: to a terminal, they are commands.</summary>
    internal static string Notes(UpdatePlan plan) => plan.Notes is not { } notes
        ? ""
        : $"\n\nRelease notes of {plan.To}:\n{new string([.. notes.Where(c => c is '\n' or '\t' || !char.IsControl(c))]).TrimEnd()}";
}
