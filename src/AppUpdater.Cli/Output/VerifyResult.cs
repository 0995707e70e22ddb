using AppUpdater.Planning;

namespace AppUpdater.Cli.Output;

/// <summary>What verify prints with --json.</summary>
internal sealed record VerifyResult(string Version, bool IsWhole, IReadOnlyList<string> Wrong, IReadOnlyList<string> Missing, IReadOnlyList<string> Foreign)
{
    internal static VerifyResult Of(VerifyReport report) =>
        new(report.Version.ToString(), report.IsWhole, report.Wrong, report.Missing, report.Foreign);
}
