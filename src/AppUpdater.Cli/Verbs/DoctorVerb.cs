using System.CommandLine;
using System.Globalization;
using System.IO.Abstractions;
using AppUpdater.Cli.Output;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Doctor;

namespace AppUpdater.Cli.Verbs;

/// <summary>Examines a server: what it can, what is wrong, and which lines of dato.ini fit.</summary>
internal sealed record DoctorVerb(CommonOptions Common, string? Url, string? User, string? Password, int Connections, bool MayWrite)
{
    internal string? CaFile { get; init; }

    internal string? Fingerprint { get; init; }

    private const string PasswordVariable = "APPUPDATER_PASSWORD";

    private static readonly Argument<string?> UrlArgument = new("URL")
    {
        Description = "The place, as [server] url; without it dato.ini's.", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> UserOption = new("--user") { Description = "The account.", HelpName = "U" };

    private static readonly Option<string?> PasswordOption = new("--password")
    {
        Description = $"Its password; better in the environment variable {PasswordVariable}, where no list of processes shows it.", HelpName = "P",
    };

    private static readonly Option<int> ConnectionsOption = new("--connections")
    {
        Description = "How many connections are tried, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 8,
    };

    private static readonly Option<bool> WriteOption = new("--write") { Description = "Tries to write there, with a small file that it removes." };

    private static readonly Option<string?> CaFileOption = new("--ca-file")
    {
        Description = "A PEM file: the one authority to accept, as ca_file.", HelpName = "FILE",
    };

    private static readonly Option<string?> FingerprintOption = new("--fingerprint")
    {
        Description = "The one certificate to accept, as fingerprint.", HelpName = "SHA256",
    };

    static DoctorVerb()
    {
        ConnectionsOption.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64))
                result.AddError($"--connections takes a number from 1 to 64, not '{result.Tokens[0].Value}'.");
        });
        FingerprintOption.Validators.Add(result =>
        {
            var digits = result.Tokens.Count == 1 ? result.Tokens[0].Value.Replace(":", "", StringComparison.Ordinal) : "";
            if (digits.Length != 64 || !digits.All(char.IsAsciiHexDigit))
                result.AddError("--fingerprint takes a certificate's SHA-256, 64 hex digits with or without colons.");
        });
    }

    internal static Command Create(Screen screen)
    {
        var command = InstallVerb.Create(
            "doctor",
            "Examines an FTP or web server or a folder: what it can, what is wrong, and which lines of dato.ini fit it.",
            (parsed, ct) => From(parsed).RunAsync(screen, ct));
        command.Add(UrlArgument);
        command.Add(UserOption);
        command.Add(PasswordOption);
        command.Add(ConnectionsOption);
        command.Add(WriteOption);
        command.Add(CaFileOption);
        command.Add(FingerprintOption);
        return command;
    }

    // A record prints its members.
    public override string ToString() => nameof(DoctorVerb);

    private static DoctorVerb From(ParseResult parsed) => new(
        CommonOptions.From(parsed), parsed.GetValue(UrlArgument), parsed.GetValue(UserOption), parsed.GetValue(PasswordOption),
        parsed.GetValue(ConnectionsOption), parsed.GetValue(WriteOption))
    {
        CaFile = parsed.GetValue(CaFileOption) is { } file ? Path.GetFullPath(file) : null,
        Fingerprint = parsed.GetValue(FingerprintOption)?.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant(),
    };

    private async Task<int> RunAsync(Screen screen, CancellationToken ct)
    {
        // A single look: what fails is to be told, not to be tried again.
        var options = new TransportOptions { Server = Server(), Connections = Connections, Retries = 0, Log = screen.Logger(Common.Verbose) };
        var report = await Doctors.ExamineAsync(new DoctorRequest(options) { Connections = Connections, MayWrite = MayWrite }, ct);
        if (Common.Json)
            screen.Write(DoctorResult.Of(report), CliJson.Readable.DoctorResult);
        else
            screen.Say(string.Join(Environment.NewLine, DoctorLines.Of(report)));
        return report.Failure is { } failure ? ExitCodes.For(failure) : report.IsPartial ? ExitCodes.Partial : ExitCodes.Done;
    }

    private ServerSettings Server()
    {
        var written = Url is null
            ? UpdateSettingsReader.Read(new FileSystem(), Path.GetFullPath(Common.Config)).Server
            : new ServerSettings { Url = Url };

        // dato.ini's password is its user's alone.
        var isOther = Url is not null || User is not null;
        var password = Password ?? (isOther ? Environment.GetEnvironmentVariable(PasswordVariable) : null);
        return written with
        {
            User = User ?? written.User,
            Password = password is not null ? new Secret(password) : isOther ? null : written.Password,
            CaFile = Fingerprint is null ? CaFile ?? written.CaFile : null,
            Fingerprint = Fingerprint ?? (CaFile is null ? written.Fingerprint : null),
        };
    }
}
