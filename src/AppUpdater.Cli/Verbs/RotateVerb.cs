using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Verbs;

/// <summary>Replaces the keys that installs trust.</summary>
internal static class RotateVerb
{
    private static readonly Option<string> AppOption = new("--app") { Description = "The app's id, as [install] app in dato.ini.", HelpName = "ID", Required = true };

    private static readonly Option<string[]> TrustedOption = Files("--trusted", "publisher.pub", "What the installs came with: [trust] keys in their dato.ini, all of them.");

    private static readonly Option<string[]> TrustedRecoveryOption = Files("--trusted-recovery", "recovery.pub", "What the installs came with: [trust] recovery in their dato.ini.");

    private static readonly Option<int> TrustedThresholdOption = Threshold("--trusted-threshold", "What the installs came with: [trust] threshold in their dato.ini.", 1);

    private static readonly Option<string[]> NewKeyOption = Files("--new-key", "new.pub", "The public half of a key that signs releases from now on; the others no longer do.");

    private static readonly Option<string[]> NewRecoveryOption = Files(
        "--new-recovery", "newrecovery.pub", "The public half of a recovery key from now on. Without it the recovery keys in force stay.");

    private static readonly Option<int?> NewThresholdOption = Threshold<int?>("--threshold", "How many of the new keys must sign a release. Without it as many as up to now.", null);

    private static readonly Option<string[]> SignWithOption = Files(
        "--sign-with",
        "FILE",
        "A private key that signs the change: a recovery key where there are recovery keys, else as many as sign a release; of the keys in force and of the new ones. "
        + $"Each passphrase is asked for; {SecretPrompt.PassphraseVariable} is one for all.");

    static RotateVerb()
    {
        foreach (var option in new[] { TrustedOption, NewKeyOption, SignWithOption })
            option.Required = true;
    }

    internal static Command Create(Screen screen)
    {
        var command = new Command(
            "rotate",
            "Puts other keys in force for all installs: writes the next keys/N.ini to a server, signed. Afterwards sign the releases again. "
            + "Where an option takes several files, list them, or give it again.");
        foreach (var option in new Option[] { AppOption, TrustedOption, TrustedRecoveryOption, TrustedThresholdOption, NewKeyOption, NewRecoveryOption, NewThresholdOption, SignWithOption })
            command.Add(option);
        PublisherOptions.AddTargetTo(command);
        CommonOptions.AddOutputTo(command);
        command.SetAction((parsed, ct) => RunAsync(parsed, screen, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Screen screen, CancellationToken ct)
    {
        var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed), SecretPrompt.OfThisProcess(screen, ct));
        var first = PublisherKeys.ReadFirst(
            Public(parsed.GetRequiredValue(TrustedOption)), parsed.GetValue(TrustedRecoveryOption) ?? [], parsed.GetValue(TrustedThresholdOption));
        var request = new RotationRequest(parsed.GetRequiredValue(AppOption), Public(parsed.GetRequiredValue(NewKeyOption)))
        {
            Recovery = parsed.GetValue(NewRecoveryOption) is { Length: > 0 } recovery ? Public(recovery) : null,
            Threshold = parsed.GetValue(NewThresholdOption),
            OverrideLock = options.OverrideLock,
        };
        using var signers = PublisherKeys.Open(parsed.GetRequiredValue(SignWithOption), [], prompt);
        await using var target = RemoteSources.OpenTarget(options.Location(), options.Transport(prompt, screen, common.Verbose));
        var outcome = await new KeyRotation(target, first, signers, TimeProvider.System, screen.Note).RunAsync(request, ct);
        if (common.Json)
            screen.Write(RotationResult.Of(outcome), PublishJson.Readable.RotationResult);
        else
            screen.Say(Text(outcome, target.Location));
        return ExitCodes.Done;
    }

    private static string Text(RotationOutcome outcome, RemoteLocation place)
    {
        var set = outcome.Set;
        if (!outcome.Changed)
            return $"Just these keys are in force at {place} already. Nothing was changed.";
        var recovery = set.Recovery.IsEmpty ? "no recovery key" : $"recovery {string.Join(", ", set.Recovery)}";
        return string.Create(CultureInfo.InvariantCulture, $"""
            {KeysFile.PathOf(set.Number)} is at {place} and was walked as installs do. In force: {set.Threshold} of {string.Join(", ", set.Keys)}; {recovery}.

            Installs take nothing new that only the keys before signed: sign what the channels have again, now:

              appupdater release renew --to {place} --key NEW.key --earlier-key OLD.pub

            or publish the next version with the same two options. Not so where a key was stolen, for renew signs whatever lies there: remove
            releases.ini and every version.ini and version-*.ini, and publish your own build with the new key alone. Installs follow by themselves,
            however long they slept, from the keys they came with; leave all of keys/ on the server.
            """);
    }

    private static ImmutableArray<PublicKey> Public(string[] files) => [.. files.Select(PrivateKeyFile.ReadPublic).Distinct()];

    private static Option<string[]> Files(string name, string example, string description) => new(name)
    {
        Description = description, HelpName = example, AllowMultipleArgumentsPerToken = true,
    };

    private static Option<T> Threshold<T>(string name, string description, T usual)
    {
        var option = new Option<T>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(ReleaseOptions.Threshold);
        return option;
    }
}
