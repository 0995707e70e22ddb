using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Verbs;

/// <summary>Removes old releases from a server.</summary>
internal static class PruneVerb
{
    private static readonly Option<int> KeepOption = new("--keep")
    {
        Description = "So many of the newest releases stay, besides those that a channel has.", HelpName = "N", DefaultValueFactory = _ => 5,
    };

    private static readonly Option<TimeSpan?> GraceOption = new("--grace")
    {
        Description = "What came out of use later than so long ago stays, by the server's times: somebody may be fetching it. 24h without it.",
        HelpName = "24h",
        CustomParser = result =>
        {
            if (Amounts.Duration(result.Tokens[0].Value) is { } grace)
                return grace;
            result.AddError($"--grace takes a time with its unit, such as 24h, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static readonly Option<bool> DryRunOption = new("--dry-run") { Description = "Tells what would be removed; changes nothing." };

    static PruneVerb() => KeepOption.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var keep) && keep <= 10_000))
            result.AddError($"--keep takes a number from 0 to 10000, not '{result.Tokens[0].Value}'.");
    });

    internal static Command Create(Screen screen)
    {
        var command = new Command("prune", "Removes releases that no channel has, and what no remaining release needs. A pack stays as long as one needs any of it.");
        command.Add(KeepOption);
        command.Add(GraceOption);
        command.Add(DryRunOption);
        PublisherOptions.AddTo(command);
        CommonOptions.AddOutputTo(command);
        command.SetAction((parsed, ct) => RunAsync(parsed, screen, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Screen screen, CancellationToken ct)
    {
        var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed), SecretPrompt.OfThisProcess(screen, ct));
        using var keys = options.OpenKeys(prompt);
        await using var target = RemoteSources.OpenTarget(options.Location(), options.Transport(prompt, screen, common.Verbose));
        var isDryRun = parsed.GetValue(DryRunOption);
        var outcome = await new Pruning(target, keys, TimeProvider.System, screen.Note)
            .RunAsync(parsed.GetRequiredValue(KeepOption), parsed.GetValue(GraceOption) ?? TimeSpan.FromDays(1), isDryRun, options.OverrideLock, ct);
        if (common.Json)
        {
            screen.Write(PruneResult.Of(outcome), PublishJson.Readable.PruneResult);
            return ExitCodes.Done;
        }

        var versions = outcome.Dropped.IsEmpty ? "" : $" Dropped: {string.Join(", ", outcome.Dropped.Select(release => release.Version))}.";
        var waiting = outcome.Waiting.IsEmpty ? "" : $" {outcome.Waiting.Length} files nobody needs are still within their grace.";
        screen.Say($"{(isDryRun ? "Would remove" : "Removed")} {outcome.Files.Length} files, {ByteCount.Show(outcome.Bytes)}.{versions}{waiting}");
        return ExitCodes.Done;
    }
}
