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
        CommonOptions.AddOutputTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var common = CommonOptions.From(parsed);
            var chosen = MirrorIni.Read(parsed.GetRequiredValue(config), parsed.GetValue(job) ?? [], TimeProvider.System);
            var prompt = SecretPrompt.OfThisProcess(screen);
            var jobs = chosen.Select(read => MirrorLogin.Complete(read, prompt, screen, common.Verbose)).Select(one => one with
            {
                IsDryRun = one.IsDryRun || parsed.GetValue(dryRun),
                Language = parsed.GetValue(language) ?? one.Language,
            }).ToList();
            var outcomes = await new MirrorHost(screen, common.Json, TimeProvider.System).RunAllAsync(jobs, ct);
            var code = MirrorOutcome.Worst(outcomes);
            if (common.Json)
                screen.Write(new MirrorRunResult(code, [.. outcomes.Select(MirrorResult.Of)]), MirrorJson.Readable.MirrorRunResult);
            return code;
        });
        return command;
    }
}
