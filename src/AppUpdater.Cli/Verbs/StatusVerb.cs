using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Handover;

namespace AppUpdater.Cli.Verbs;

/// <summary>What is installed, pending and remembered; asks no server.</summary>
internal sealed record StatusVerb(CommonOptions Common)
{
    internal static Command Create(Screen screen) => InstallVerb.Create(
        "status",
        "Prints what is installed, pending and remembered; asks no server.",
        (parsed, ct) => new StatusVerb(CommonOptions.From(parsed)).RunAsync(screen, ct));

    private Task<int> RunAsync(Screen screen, CancellationToken ct) => InstallVerb.OpenAsync(
        Common,
        screen,
        async updater =>
        {
            var status = await updater.GetStatusAsync(ct);
            if (Common.Json)
                screen.Write(StatusResult.Of(status), CliJson.Readable.StatusResult);
            else
                screen.Say(string.Join(Environment.NewLine, Lines(status)));
            return ExitCodes.Done;
        },
        ct);

    private static IEnumerable<string> Lines(InstallStatus status)
    {
        yield return $"app        {status.App}";
        yield return $"version    {status.Version?.ToString() ?? "none known"}";
        yield return $"files      {status.Files.ToString(CultureInfo.InvariantCulture)}";
        if (status.Pending is { } pending)
            yield return $"pending    {pending}";
        if (status.OnProbation is { } young)
            yield return $"probation  {young}";
        foreach (var refused in status.Refused)
            yield return $"refused    {refused}";
        foreach (var backup in status.Backups)
            yield return $"backup     {backup}";
        if (status.LastSwap is { } last)
        {
            yield return $"last swap  {Describe(last)}";
            foreach (var file in last.KeptFiles)
                yield return $"kept       {file}";
        }

        foreach (var earlier in status.EarlierSwaps)
            yield return $"earlier    {Describe(earlier)}";
    }

    private static string Describe(SwapOutcome last)
    {
        var way = last.From.Length == 0 ? last.To : $"{last.From} to {last.To}";
        var reason = last.Reason is null ? "" : $": {last.Reason}";
        var starts = last.Starts > 1 ? $" after {last.Starts.ToString(CultureInfo.InvariantCulture)} starts" : "";
        return $"{way}, {last.Result.ToString().ToLowerInvariant()}{starts}, {last.At.ToString("u", CultureInfo.InvariantCulture)}{reason}";
    }
}
