using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;

namespace AppUpdater.Cli.Verbs;

/// <summary>Keeps a folder and a server's folder the same, either way; as options or mirror.ini say.</summary>
internal static class MirrorVerb
{
    internal const string Name = "mirror";

    internal static Command Create(Screen screen) => new(Name, new Texts("Mirror")["Help.mirror"])
    {
        Direction(screen, MirrorDirection.Pull),
        Direction(screen, MirrorDirection.Push),
        MirrorRunVerb.Create(screen),
        MirrorStatusVerb.Create(screen),
    };

    /// <summary>An option of the table, to be added to a command.</summary>
    internal static Option Create(MirrorOption option, Texts texts)
    {
        var (name, help) = ($"--{option.Name}", texts[$"Help.{option.Name}"]);
        return option.Kind switch
        {
            MirrorOptionKind.Flag => new Option<bool>(name) { Description = help },
            MirrorOptionKind.Value => new Option<string?>(name) { Description = help, HelpName = option.Example },
            _ => new Option<string[]>(name) { Description = help, HelpName = option.Example },
        };
    }

    private static Command Direction(Screen screen, MirrorDirection direction)
    {
        var texts = new Texts("Mirror");
        var isPull = direction == MirrorDirection.Pull;
        var url = new Argument<string>("URL") { Description = texts[isPull ? "Help.pull.url" : "Help.push.url"] };
        var folder = new Argument<string>("DIR") { Description = texts["Help.directory"] };
        ImmutableArray<Option> options = [.. MirrorOptionTable.All.Where(option => option.IsOf(direction)).Select(option => Create(option, texts))];
        var command = new Command(direction.Word(), texts[isPull ? "Help.pull" : "Help.push"]);
        foreach (var argument in isPull ? new[] { url, folder } : [folder, url])
            command.Add(argument);
        foreach (var option in options)
            command.Add(option);
        CommonOptions.AddOutputTo(command, texts);
        command.Validators.Add(result =>
        {
            try
            {
                if (result.GetResult(url) is { Tokens: [var place] } && result.GetResult(folder) is { Tokens: [var here] })
                    Read(place.Value, here.Value, result.GetResult);
            }
            catch (SettingsException wrong)
            {
                result.AddError(Reasons.Of(wrong));
            }
        });
        command.SetAction((parsed, ct) => RunAsync(Read(parsed.GetRequiredValue(url), parsed.GetRequiredValue(folder), parsed.GetResult), parsed, screen, ct));
        return command;

        ReadMirrorJob Read(string place, string here, Func<Option, OptionResult?> find)
        {
            var values = new CommandLineValues(name => options.FirstOrDefault(option => option.Name == name) is { } option ? find(option) : null);
            return new MirrorOptionsReader(values, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local).Read(null, direction, place, here);
        }
    }

    private static async Task<int> RunAsync(ReadMirrorJob read, ParseResult parsed, Screen screen, CancellationToken ct)
    {
        var common = CommonOptions.From(parsed);
        var job = MirrorLogin.Complete(read, SecretPrompt.OfThisProcess(screen, ct, Reasons.Of), screen);
        if (!job.Schedule.IsOnce && !job.IsDryRun)
            return await new MirrorService(screen, common, TimeProvider.System).RunAsync([job], ct);
        var outcome = await new MirrorHost(screen, common, TimeProvider.System).RunOnceAsync(job, ct);
        if (common.Json)
            screen.Write(MirrorResult.Of(outcome), MirrorJson.Readable.MirrorResult);
        return outcome.Code;
    }
}
