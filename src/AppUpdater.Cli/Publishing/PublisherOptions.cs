using System.CommandLine;
using System.CommandLine.Parsing;
using AppUpdater.Cli.Output;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>Which server, as whom, and with which keys.</summary>
internal sealed record PublisherOptions(string Url)
{
    private static readonly Option<string> ToOption = new("--to")
    {
        Description = "The folder on the server, as [server] url in dato.ini: ftp, ftps, file, or a path.", HelpName = "URL", Required = true,
    };

    private static readonly Option<string?> UserOption = new("--user")
    {
        Description = $"The account. Its password comes from {SecretPrompt.PasswordVariable} or --password-file, or is asked for.", HelpName = "U",
    };

    private static readonly Option<string?> PasswordFileOption = new("--password-file") { Description = "A file whose first line is the password.", HelpName = "FILE" };

    private static readonly Option<string[]> KeyOption = new("--key")
    {
        Description = $"The private key that signs; its passphrase comes from {SecretPrompt.PassphraseVariable} or is asked for. Several may sign.",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> EarlierKeyOption = new("--earlier-key")
    {
        Description = "The public half of a key that signed what lies there, and was replaced since.", HelpName = "FILE",
    };

    private static readonly Option<string?> CaFileOption = new("--ca-file") { Description = "The one authority to accept, as ca_file in dato.ini.", HelpName = "FILE" };

    private static readonly Option<string?> FingerprintOption = new("--fingerprint")
    {
        Description = "The one certificate to accept, as fingerprint in dato.ini.", HelpName = "SHA256",
    };

    private static readonly Option<bool> OverrideLockOption = new("--override-lock")
    {
        Description = "Goes on although another run seems to be publishing there: only where that run was killed.",
    };

    internal string? User { get; init; }

    internal string? PasswordFile { get; init; }

    internal IReadOnlyList<string> Keys { get; init; } = [];

    internal IReadOnlyList<string> EarlierKeys { get; init; } = [];

    internal string? CaFile { get; init; }

    internal string? Fingerprint { get; init; }

    internal bool OverrideLock { get; init; }

    /// <param name="command">The verb.</param>
    /// <param name="needsKey">Whether it can't do without a key, as it was called; null: it never can.</param>
    internal static void AddTo(Command command, Func<CommandResult, bool>? needsKey = null)
    {
        AddTargetTo(command);
        command.Add(KeyOption);
        command.Add(EarlierKeyOption);
        command.Validators.Add(result =>
        {
            if (result.GetResult(KeyOption) is null && (needsKey is null || needsKey(result)))
                result.AddError("--key is missing: the publisher's key, as keygen wrote it.");
        });
    }

    /// <summary>For a verb that writes there and has its own names for keys.</summary>
    internal static void AddTargetTo(Command command)
    {
        command.Add(ToOption);
        AddAccountTo(command);
        command.Add(OverrideLockOption);
    }

    internal static void AddAccountTo(Command command)
    {
        foreach (var option in new Option[] { UserOption, PasswordFileOption, CaFileOption, FingerprintOption })
            command.Add(option);
    }

    internal static PublisherOptions From(ParseResult parsed, string? url = null) => new(url ?? parsed.GetRequiredValue(ToOption))
    {
        User = parsed.GetValue(UserOption),
        PasswordFile = parsed.GetValue(PasswordFileOption),
        Keys = parsed.GetValue(KeyOption) ?? [],
        EarlierKeys = parsed.GetValue(EarlierKeyOption) ?? [],
        CaFile = parsed.GetValue(CaFileOption) is { } file ? Path.GetFullPath(file) : null,
        Fingerprint = ServerAccount.Digits(parsed.GetValue(FingerprintOption)),
        OverrideLock = parsed.GetValue(OverrideLockOption),
    };

    /// <exception cref="SettingsException">It is no URL.</exception>
    internal RemoteLocation Location() => Account.Location();

    internal PublisherKeys OpenKeys(SecretPrompt prompt) => PublisherKeys.Open(Keys, EarlierKeys, prompt);

    internal TransportOptions Transport(SecretPrompt prompt, Screen screen, bool verbose)
    {
        if (Location().Password is not null)
            screen.Note($"Warning: a password in the URL is seen by others, in the list of processes and in the shell's history. Use --user and {SecretPrompt.PasswordVariable}.");
        return new TransportOptions { Server = Account.Open(prompt), Log = screen.Logger(verbose), LoginAdvice = LoginAdvice };
    }

    private static string LoginAdvice =>
        $"Check --user and the password, which is taken from --password-file, else from the environment variable {SecretPrompt.PasswordVariable}, else asked for.";

    private ServerAccount Account => new(Url) { User = User, PasswordFile = PasswordFile, CaFile = CaFile, Fingerprint = Fingerprint };
}
