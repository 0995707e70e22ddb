using System.CommandLine;
using AppUpdater.Cli.Output;

namespace AppUpdater.Cli.Verbs;

/// <summary>Goes back to the version before, from the newest backup.</summary>
internal sealed record RollbackVerb(CommonOptions Common)
{
    internal static Command Create(Screen screen) => InstallVerb.Create(
        "rollback",
        "Goes back to the version before, byte for byte; the one left behind is not offered again.",
        (parsed, ct) => new RollbackVerb(CommonOptions.From(parsed)).RunAsync(screen, ct));

    private Task<int> RunAsync(Screen screen, CancellationToken ct) => InstallVerb.OpenAsync(
        Common,
        screen,
        async updater =>
        {
            var staged = await screen.Progress().ShowAsync(progress => updater.StageRollbackAsync(progress, ct));
            if (staged is null)
                throw new InstallException($"No backup leads back from the version that {Common.Config} is for: none was made yet, or backup = none.");
            return await InstallVerb.ApplyAsync(updater, staged, Common, screen, ct);
        },
        ct);
}
