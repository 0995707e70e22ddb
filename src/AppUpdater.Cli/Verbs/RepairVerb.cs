using System.CommandLine;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Verbs;

/// <summary>Puts the installed version right: fetches what is wrong or missing, and nothing newer.</summary>
internal sealed record RepairVerb(CommonOptions Common)
{
    internal static Command Create(Screen screen) => InstallVerb.Create(
        "repair",
        "Fetches the files of the installed version that are wrong or missing, and swaps them in.",
        (parsed, ct) => new RepairVerb(CommonOptions.From(parsed)).RunAsync(screen, ct));

    private Task<int> RunAsync(Screen screen, CancellationToken ct) => InstallVerb.OpenAsync(
        Common,
        screen,
        async updater =>
        {
            if (await updater.CheckRepairAsync(ct) is { } plan)
                return await UpdateVerb.CarryOutAsync(updater, plan, Common, screen, ct);
            var installed = (await updater.GetStatusAsync(ct)).Version?.ToString();
            if (Common.Json)
                screen.Write(new SwapVerbResult("upToDate", installed, installed, 0, null, null), CliJson.Readable.SwapVerbResult);
            else
                screen.Say($"Nothing to repair: version {installed} is whole.");
            return ExitCodes.Done;
        },
        ct);
}
