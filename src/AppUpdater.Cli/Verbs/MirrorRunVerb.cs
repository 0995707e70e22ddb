using System.CommandLine;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;

namespace AppUpdater.Cli.Verbs;

/// <summary>Runs the jobs of a mirror.ini.</summary>
internal static class MirrorRunVerb
{
    internal static Command Create(Screen screen)
    {
        var texts = new Texts("Mirror");
        var config = new Option<string>("--config", "-c") { Description = texts["Help.config"], HelpName = "mirror.ini", DefaultValueFactory = _ => "mirror.ini" };
        var job = new Option<string[]>("--job") { Description = texts["Help.job"], HelpName = "NAME" };
        var dryRun = new Option<bool>("--dry-run") { Description = texts["Help.dry-run"] };
        var language = new Option<string?>("--lang") { Description = texts["Help.lang"], HelpName = "en|es" };
        language.AcceptOnlyFromAmong("en", "es");
        var command = new Command("run", texts["Help.run"]) { config, job, dryRun, language };
        CommonOptions.AddOutputTo(command, texts);
        command.SetAction(async (parsed, ct) =>
        {
            var common = CommonOptions.From(parsed);
            var chosen = MirrorIni.Read(parsed.GetRequiredValue(config), parsed.GetValue(job) ?? [], TimeProvider.System);
            var prompt = SecretPrompt.OfThisProcess(screen, ct, Reasons.Of);
            var jobs = chosen.Select(read => MirrorLogin.Complete(read, prompt, screen)).Select(one => one with
            {
                IsDryRun = one.IsDryRun || parsed.GetValue(dryRun),
                Language = parsed.GetValue(language) ?? one.Language,
            }).ToList();
            var kept = jobs.Where(one => !one.Schedule.IsOnce && !one.IsDryRun).ToList();
            var service = kept.Count == 0 ? null : new MirrorService(screen, common, TimeProvider.System).RunAsync(kept, ct);
            var outcomes = await new MirrorHost(screen, common, TimeProvider.System).RunAllAsync(jobs.Except(kept), ct);
            var code = MirrorOutcome.Worst(outcomes.Select(outcome => outcome.Code));
            if (common.Json && outcomes.Count > 0)
                screen.Write(new MirrorRunResult(code, [.. outcomes.Select(MirrorResult.Of)]), MirrorJson.Readable.MirrorRunResult);
            if (service is not null)
                code = MirrorOutcome.Worst([code, await service]);
            return code;
        });
        return command;
    }
}
