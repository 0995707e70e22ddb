using System.CommandLine;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Verbs;

/// <summary>Checks all that lies on a server.</summary>
internal static class VerifyServerVerb
{
    private static readonly Argument<string> UrlArgument = new("URL") { Description = "The folder on the server, as [server] url; http and https too." };

    private static readonly Option<string[]> KeyOption = new("--key")
    {
        Description = "What installs come with: [trust] keys in their dato.ini, given once for each. Keys that replaced them are followed from there.",
        HelpName = "publisher.pub",
        Required = true,
    };

    private static readonly Option<string[]> RecoveryOption = new("--recovery")
    {
        Description = "[trust] recovery in dato.ini; needed where such a key replaced others.", HelpName = "recovery.pub",
    };

    private static readonly Option<int> ThresholdOption = new("--threshold") { Description = "[trust] threshold in dato.ini.", HelpName = "N", DefaultValueFactory = _ => 1 };

    private static readonly Option<string?> AsClientOption = new("--as-client")
    {
        Description = "An install's settings: fails if the account in it can write to the server.", HelpName = "dato.ini",
    };

    static VerifyServerVerb() => ThresholdOption.Validators.Add(ReleaseOptions.Threshold);

    internal static Command Create(Screen screen)
    {
        var command = new Command(
            "verify-server", "Reads all that lies on a server and checks every signature, hash and length; warns 30 days before a pointer expires.");
        command.Add(UrlArgument);
        command.Add(KeyOption);
        command.Add(RecoveryOption);
        command.Add(ThresholdOption);
        command.Add(AsClientOption);
        PublisherOptions.AddAccountTo(command);
        CommonOptions.AddOutputTo(command);
        command.SetAction((parsed, ct) => RunAsync(parsed, screen, ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Screen screen, CancellationToken ct)
    {
        var (common, options, prompt) = (CommonOptions.From(parsed), PublisherOptions.From(parsed, parsed.GetRequiredValue(UrlArgument)), SecretPrompt.OfThisProcess(screen, ct));
        var first = PublisherKeys.ReadFirst(
            PublisherKeys.ReadTrusted(parsed.GetRequiredValue(KeyOption), prompt).Keys, parsed.GetValue(RecoveryOption) ?? [], parsed.GetValue(ThresholdOption));
        await using var source = RemoteSources.Open(options.Location(), options.Transport(prompt, screen, common.Verbose));
        var report = await new ServerCheck(source, first, TimeProvider.System).RunAsync(ct);
        if (parsed.GetValue(AsClientOption) is { } dato && await WriteTrial.RunAsync(dato, screen.Logger(common.Verbose), ct) is { } writable)
            report = report with { Problems = report.Problems.Add(writable) };
        foreach (var warning in report.Warnings)
            screen.Note($"Warning: {warning}");
        foreach (var problem in report.Problems)
            screen.Fail(problem);
        if (common.Json)
            screen.Write(ServerCheckResult.Of(report), PublishJson.Readable.ServerCheckResult);
        else if (report.Problems.IsEmpty)
            screen.Say($"All is as it was signed: {report.Pointers} pointers, {report.Releases} releases, {report.Packs} packs with {ByteCount.Show(report.Bytes)}.");
        return report.Problems.IsEmpty ? ExitCodes.Done : ExitCodes.Untrusted;
    }
}
