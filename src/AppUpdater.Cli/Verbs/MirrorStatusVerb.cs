using System.CommandLine;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Cli.Output;
using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Cli.Verbs;

/// <summary>What the mirrors of a folder, or of a mirror.ini, did last and do next; asks no server and waits for no mirror.</summary>
internal sealed record MirrorStatusVerb(CommonOptions Common, Screen Screen, TimeZoneInfo Zone)
{
    internal static Command Create(Screen screen)
    {
        var texts = new Texts("MirrorSchedule");
        var folder = new Argument<string?>("DIR") { Description = texts["Help.status.directory"], Arity = ArgumentArity.ZeroOrOne };
        var config = new Option<string?>("--config", "-c") { Description = texts["Help.status.config"], HelpName = "mirror.ini" };
        var job = new Option<string[]>("--job") { Description = texts["Help.status.job"], HelpName = "NAME" };
        var command = new Command("status", texts["Help.status"]) { folder, config, job };
        CommonOptions.AddOutputTo(command, new Texts("Mirror"));
        command.Validators.Add(result =>
        {
            if (result.GetValue(folder) is null == result.GetValue(config) is null || (result.GetResult(job) is not null && result.GetValue(config) is null))
                result.AddError(texts["Bad.status"]);
        });
        command.SetAction(parsed =>
        {
            var verb = new MirrorStatusVerb(CommonOptions.From(parsed), screen, TimeZoneInfo.Local);
            return parsed.GetValue(config) is { } file
                ? verb.RunAll(MirrorIni.Read(file, parsed.GetValue(job) ?? [], TimeProvider.System).Select(read => read.Job.Options.Directory))
                : verb.Run(parsed.GetValue(folder)!);
        });
        return command;
    }

    /// <returns>Partial where a mirror's status can't be read.</returns>
    /// <exception cref="InstallException">The folder is not there.</exception>
    internal int Run(string folder)
    {
        var known = Look(folder);
        if (Common.Json)
            Screen.Write(MirrorStatusResult.Of(known), MirrorStatusJson.Readable.MirrorStatusResult);
        return Code(known);
    }

    private int RunAll(IEnumerable<string> folders)
    {
        var (codes, results) = (new List<int>(), new List<MirrorStatusResult>());
        foreach (var folder in folders.Distinct(StringComparer.FromComparison(LocalPaths.Comparison)))
        {
            try
            {
                var known = Look(folder);
                codes.Add(Code(known));
                results.Add(MirrorStatusResult.Of(known));
            }
            catch (InstallException missing)
            {
                Screen.Fail(Reasons.Of(missing));
                codes.Add(ExitCodes.Disk);
            }
        }

        if (Common.Json)
            Screen.Write(new MirrorStatusResults(results), MirrorStatusJson.Readable.MirrorStatusResults);
        return MirrorOutcome.Worst(codes);
    }

    private KnownMirrors Look(string folder)
    {
        var known = KnownMirrors.In(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), DurableFiles.ForThisSystem());
        if (!Common.Json)
            Screen.Say(string.Join(Environment.NewLine, new MirrorStatusLines(Zone).Of(known)));
        return known;
    }

    private static int Code(KnownMirrors known) => known.Mirrors.Any(mirror => mirror.Problem is not null) ? ExitCodes.Partial : ExitCodes.Done;
}
