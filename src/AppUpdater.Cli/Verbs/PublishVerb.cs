using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Cli.Verbs;

/// <summary>Turns a build folder into a signed release on a server.</summary>
internal static class PublishVerb
{
    private static readonly Argument<string> FolderArgument = new("BUILD_DIR") { Description = "The folder with the app's files, all of them." };

    private static readonly Option<string> AppOption = new("--app") { Description = "The app's id, as [install] app in dato.ini.", HelpName = "ID", Required = true };

    private static readonly Option<NuGetVersion> VersionOption = ReleaseOptions.Version("--version", "The version; never published before with other bytes.");

    private static readonly Option<string> ChannelOption = ReleaseOptions.Channel("Who gets it: the channel in dato.ini.");

    private static readonly Option<string> PlatformOption = new("--platform")
    {
        Description = "The .NET runtime id it is for, such as win-x64.", HelpName = "RID", DefaultValueFactory = _ => "any",
    };

    private static readonly Option<string?> NotesOption = new("--notes") { Description = "A text file with the release notes.", HelpName = "FILE" };

    private static readonly Option<NuGetVersion?> MinimumOption = new("--minimum")
    {
        Description = "Older installs are told that they must update.", HelpName = "V", CustomParser = ReleaseOptions.ReadVersion,
    };

    private static readonly Option<int> RolloutOption = new("--rollout")
    {
        Description = "Percent of the installs that see it, 0 to 100.", HelpName = "N", DefaultValueFactory = _ => 100,
    };

    private static readonly Option<TimeSpan?> ExpiresOption = ReleaseOptions.Days("--expires", "365d", "After so many days nothing new is installed from it; renew in time. Without it the channel keeps the term it has; never ends that.");

    private static readonly Option<bool> DryRunOption = new("--dry-run") { Description = "Tells what would be sent and how large updates get; changes nothing." };

    private static readonly Option<bool> PlainOption = new("--plain")
    {
        Description = "Mirrors the build as a plain tree, unsigned, for installs with allow_unsigned = true.",
    };

    private static readonly Option<string> RootOption = new("--root")
    {
        Description = "With --plain: the server folder below --to that is the mirror's own; what else lies in it is removed.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "files",
    };

    static PublishVerb() => RolloutOption.Validators.Add(ReleaseOptions.Percent);

    internal static Command Create(Screen screen)
    {
        var command = new Command("publish", "Turns a build folder into a signed release on a server. Only what no earlier release holds is sent; cut off, run it again.");
        command.Add(FolderArgument);
        foreach (var option in new Option[] { AppOption, VersionOption, ChannelOption, PlatformOption, NotesOption, MinimumOption, RolloutOption, ExpiresOption, DryRunOption, PlainOption, RootOption })
            command.Add(option);
        PublisherOptions.AddTo(command, needsKey: result => !result.GetValue(PlainOption));
        CommonOptions.AddOutputTo(command);
        command.SetAction((parsed, ct) => RunAsync(parsed, screen, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Screen screen, CancellationToken ct)
    {
        var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed), SecretPrompt.OfThisProcess(screen, ct));
        if (parsed.GetValue(PlainOption))
            return await MirrorAsync(parsed, screen, ct);
        var request = Request(parsed, options);
        using var keys = options.OpenKeys(prompt);
        await using var target = RemoteSources.OpenTarget(options.Location(), options.Transport(prompt, screen, common.Verbose));
        var outcome = await new ReleasePublisher(target, keys, TimeProvider.System, screen.Note).PublishAsync(request, ct);
        if (common.Json)
            screen.Write(PublishResult.Of(outcome), PublishJson.Readable.PublishResult);
        else
            screen.Say(Text(outcome, request, target.Location));
        return ExitCodes.Done;
    }

    private static async Task<int> MirrorAsync(ParseResult parsed, Screen screen, CancellationToken ct)
    {
        var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed), SecretPrompt.OfThisProcess(screen, ct));
        if (!RelativePath.TryParse(parsed.GetRequiredValue(RootOption), out var root, out var problem))
            throw new SettingsException($"--root must be a folder below --to. {problem}");
        var request = new PlainRequest(Path.GetFullPath(parsed.GetRequiredValue(FolderArgument)), parsed.GetRequiredValue(AppOption), parsed.GetRequiredValue(VersionOption), root)
        {
            Minimum = parsed.GetValue(MinimumOption), IsDryRun = parsed.GetValue(DryRunOption), OverrideLock = options.OverrideLock,
        };
        await using var target = RemoteSources.OpenTarget(options.Location(), options.Transport(prompt, screen, common.Verbose));
        var outcome = await new PlainMirror(target, TimeProvider.System, screen.Note).RunAsync(request, ct);
        if (common.Json)
            screen.Write(PlainResult.Of(outcome, request), PublishJson.Readable.PlainResult);
        else
            screen.Say($"{request.Version} {(request.IsDryRun ? "would be" : "is")} a plain tree at {target.Location}: {outcome.Sent.Length} files sent, {ByteCount.Show(outcome.Sent.Sum(file => file.Size))}; {outcome.Removed.Length} removed.");
        return ExitCodes.Done;
    }

    private static PublishRequest Request(ParseResult parsed, PublisherOptions options) => new()
    {
        Folder = Path.GetFullPath(parsed.GetRequiredValue(FolderArgument)),
        App = parsed.GetRequiredValue(AppOption),
        Version = parsed.GetRequiredValue(VersionOption),
        Channel = parsed.GetRequiredValue(ChannelOption),
        Platform = parsed.GetRequiredValue(PlatformOption),
        Notes = parsed.GetValue(NotesOption) is { } file
            ? File.Exists(file) ? File.ReadAllText(file) : throw new InstallException($"The notes {file} are not there.")
            : null,
        Minimum = parsed.GetValue(MinimumOption),
        Rollout = parsed.GetValue(RolloutOption),
        Expires = parsed.GetValue(ExpiresOption),
        IsDryRun = parsed.GetValue(DryRunOption),
        OverrideLock = options.OverrideLock,
    };

    private static string Text(PublishOutcome outcome, PublishRequest request, RemoteLocation place)
    {
        var lines = new List<string>
        {
            request.IsDryRun ? $"Would publish {outcome.Version} to {place}, channel {outcome.Channel}. Nothing was changed."
                : outcome.Sequence is { } sequence
                    ? string.Create(CultureInfo.InvariantCulture, $"{outcome.Version} is published at {place}, channel {outcome.Channel}, sequence {sequence}.")
                    : $"{outcome.Version} is already published at {place}, channel {outcome.Channel}, just so. Nothing was changed.",
            $"  {outcome.Files} files, {ByteCount.Show(outcome.TotalBytes)}; {(request.IsDryRun ? "to send" : "sent")}: {ByteCount.Show(outcome.SentBytes)}",
            $"  a new install fetches {ByteCount.Show(outcome.FreshBytes)}",
        };
        lines.AddRange(outcome.Updates.Select(update => $"  an update from {update.From} fetches {ByteCount.Show(update.Bytes)} at most"));
        return string.Join(Environment.NewLine, lines);
    }
}
