using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Planning;

namespace AppUpdater.Cli.Verbs;

/// <summary>Compares every file with what was installed; asks no server, changes nothing.</summary>
internal sealed record VerifyVerb(CommonOptions Common)
{
    internal static Command Create(Screen screen) => InstallVerb.Create(
        "verify",
        "Lists files that are wrong, missing or foreign: exit code 11 where one is wrong or missing, 0 where none is.",
        (parsed, ct) => new VerifyVerb(CommonOptions.From(parsed)).RunAsync(screen, ct));

    private Task<int> RunAsync(Screen screen, CancellationToken ct) => InstallVerb.OpenAsync(
        Common,
        screen,
        async updater =>
        {
            var report = await updater.VerifyAsync(ct);
            if (Common.Json)
                screen.Write(VerifyResult.Of(report), CliJson.Readable.VerifyResult);
            else
                screen.Say(string.Join(Environment.NewLine, Lines(report)));
            return report.IsWhole ? ExitCodes.Done : ExitCodes.Damaged;
        },
        ct);

    private static IEnumerable<string> Lines(VerifyReport report)
    {
        foreach (var path in report.Wrong)
            yield return $"wrong    {path}";
        foreach (var path in report.Missing)
            yield return $"missing  {path}";
        foreach (var path in report.Foreign)
            yield return $"foreign  {path}";
        yield return report.IsWhole
            ? $"Version {report.Version} is whole{(report.Foreign.IsEmpty ? "" : $"; {Count(report.Foreign.Length)} foreign, left alone")}."
            : $"Version {report.Version}: {Count(report.Wrong.Length)} wrong, {Count(report.Missing.Length)} missing. appupdater repair fetches them.";
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
