using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Cli.Verbs;

/// <summary>Shows and changes what the signed pointers on a server say.</summary>
internal static class ReleaseVerb
{
    private static readonly Argument<NuGetVersion> VersionArgument = new("V") { Description = "The version.", CustomParser = result => ReleaseOptions.ReadVersion(result)! };

    private static readonly Argument<int> PercentArgument = new("PERCENT") { Description = "Of the installs, 0 to 100." };

    private static readonly Argument<string> UrlArgument = new("URL") { Description = "Where the releases will lie, as [server] url; what is there must be signed by the same keys." };

    private static readonly Option<string> ChannelOption = ReleaseOptions.Channel("The channel.");

    private static readonly Option<string?> AnyChannelOption = new("--channel") { Description = "One channel; without it all.", HelpName = "C" };

    private static readonly Option<int> RolloutOption = new("--rollout") { Description = "Percent of the installs that see it.", HelpName = "N", DefaultValueFactory = _ => 100 };

    private static readonly Option<TimeSpan?> ExpiresOption = ReleaseOptions.Days("--expires", "365d", "For so many days from now, or never. Without it for the term that a channel has, or else 365d.");

    static ReleaseVerb()
    {
        RolloutOption.Validators.Add(ReleaseOptions.Percent);
        PercentArgument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100))
                result.AddError($"rollout takes percent from 0 to 100, not '{result.Tokens[0].Value}'.");
        });
    }

    internal static Command Create(Screen screen) => new("release", "Shows and changes which releases the channels on a server have; each change is signed and has a higher sequence.")
    {
        ReleaseListing.List(screen),
        ReleaseListing.Show(screen),
        Edit(screen, "promote", "A channel gets a release that lies there, such as one that was tried in beta.", [VersionArgument, ChannelOption, RolloutOption],
            (edits, parsed, ct) => edits.PromoteAsync(parsed.GetRequiredValue(VersionArgument), parsed.GetRequiredValue(ChannelOption), parsed.GetRequiredValue(RolloutOption), ct)),
        Edit(screen, "rollout", "Changes how many installs see a version.", [VersionArgument, PercentArgument],
            (edits, parsed, ct) => edits.RolloutAsync(parsed.GetRequiredValue(VersionArgument), parsed.GetRequiredValue(PercentArgument), ct)),
        Edit(screen, "halt", "No more installs get what a channel has: rollout 0. Those that have it keep it.", [ChannelOption],
            (edits, parsed, ct) => edits.HaltAsync(parsed.GetRequiredValue(ChannelOption), ct)),
        Edit(screen, "withdraw", "Each channel that has a version goes back to the newest other one, and so do the installs.", [VersionArgument],
            (edits, parsed, ct) => edits.WithdrawAsync(parsed.GetRequiredValue(VersionArgument), ct)),
        Edit(screen, "renew", "Puts off when pointers expire.", [AnyChannelOption, ExpiresOption],
            (edits, parsed, ct) => edits.RenewAsync(parsed.GetValue(AnyChannelOption), parsed.GetValue(ExpiresOption), ct)),
        Edit(screen, "move", "Tells all installs to look at another place from now on.", [UrlArgument],
            (edits, parsed, ct) => edits.MoveAsync(Checked(parsed.GetRequiredValue(UrlArgument)), ct)),
    };

    private static Command Edit(
        Screen screen, string name, string description, Symbol[] own, Func<PointerEdits, ParseResult, CancellationToken, Task<ImmutableArray<PointerEdit>>> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in own)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }

        PublisherOptions.AddTo(command);
        CommonOptions.AddOutputTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed), SecretPrompt.OfThisProcess(screen, ct));
            using var keys = options.OpenKeys(prompt);
            await using var target = RemoteSources.OpenTarget(options.Location(), options.Transport(prompt, screen, common.Verbose));
            var edits = await run(new PointerEdits(target, keys, TimeProvider.System, screen.Note, options.OverrideLock), parsed, ct);
            if (common.Json)
                screen.Write([.. edits.Select(PointerResult.Of)], PublishJson.Readable.PointerResultArray);
            else
                screen.Say(string.Join(Environment.NewLine, edits.Select(Line)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Line(PointerEdit edit) => string.Create(
        CultureInfo.InvariantCulture,
        $"{edit.Channel}: {edit.Version}, sequence {edit.Sequence}, rollout {edit.Rollout} %, {(edit.Expires is { } expires ? $"expires {PointerText.Time(expires)}" : "never expires")}");

    private static string Checked(string url)
    {
        var location = RemoteLocation.Parse(url);
        return location is { User: null, Password: null } ? url : throw new SettingsException("Everybody reads where releases moved to: give a URL without user and password.");
    }
}
