using System.CommandLine;
using System.Globalization;
using System.Net;
using AppUpdater.Settings;

namespace AppUpdater.Cli.Serving;

/// <summary>What is served, how, to whom, and what goes wrong. A port that is null is not served; 0 takes any that is free.</summary>
internal sealed record ServeOptions
{
    private static readonly Argument<string> FolderArgument = new("DIR") { Description = "The folder to serve." };

    private static readonly Option<int?> FtpOption = PortOption("--ftp", "Serves FTP on this port; 0 takes any that is free.");

    private static readonly Option<int?> FtpsOption = PortOption("--ftps", "Serves FTP with TLS (AUTH TLS) on this port, with a self-made certificate.");

    private static readonly Option<int?> HttpOption = PortOption("--http", "Serves HTTP on this port.");

    private static readonly Option<string?> UserOption = new("--user") { Description = "The one user let in; without, anyone.", HelpName = "U" };

    private static readonly Option<string?> PasswordOption = new("--password") { Description = "His password; without, any.", HelpName = "P" };

    private static readonly Option<string> BindOption = new("--bind")
    {
        Description = "The address to listen on. FTP and HTTP are not encrypted.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<TimeSpan?> LatencyOption = Amount<TimeSpan?>(
        "--latency", "50ms", "Waits so long before each answer, as a distant server.", Amounts.Duration);

    private static readonly Option<long?> CutOption = Amount<long?>(
        "--cut-after", "1MB", "Breaks the connection off after so much of each file.", Amounts.Size);

    private static readonly Option<long?> RateOption = Amount<long?>(
        "--rate", "10mbit", "Sends no more than so much a second, over each protocol.", Amounts.Rate);

    static ServeOptions() => BindOption.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
            result.AddError($"--bind takes an IP address, not '{result.Tokens[0].Value}'.");
    });

    internal required string Folder { get; init; }

    internal int? Ftp { get; init; }

    internal int? Ftps { get; init; }

    internal int? Http { get; init; }

    internal string? User { get; init; }

    internal string? Password { get; init; }

    internal required IPAddress Address { get; init; }

    internal TimeSpan Latency { get; init; }

    internal long? CutAfter { get; init; }

    internal long? Rate { get; init; }

    internal static void AddTo(Command command)
    {
        command.Add(FolderArgument);
        foreach (var option in new Option[] { FtpOption, FtpsOption, HttpOption, UserOption, PasswordOption, BindOption, LatencyOption, CutOption, RateOption })
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(FtpOption) is null && result.GetResult(FtpsOption) is null && result.GetResult(HttpOption) is null)
                result.AddError("serve needs --ftp, --ftps or --http with a port, 0 for any that is free.");
        });
    }

    internal static ServeOptions From(ParseResult parsed) => new()
    {
        Folder = Path.GetFullPath(parsed.GetRequiredValue(FolderArgument)),
        Ftp = parsed.GetValue(FtpOption),
        Ftps = parsed.GetValue(FtpsOption),
        Http = parsed.GetValue(HttpOption),
        User = parsed.GetValue(UserOption),
        Password = parsed.GetValue(PasswordOption),
        Address = IPAddress.Parse(parsed.GetRequiredValue(BindOption)),
        Latency = parsed.GetValue(LatencyOption) ?? TimeSpan.Zero,
        CutAfter = parsed.GetValue(CutOption),
        Rate = parsed.GetValue(RateOption),
    };

    private static Option<int?> PortOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PORT",
        CustomParser = result =>
        {
            if (ushort.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
                return port;
            result.AddError($"{name} takes a port from 0 to 65535, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static Option<T?> Amount<T>(string name, string example, string description, Func<string, T?> read) => new(name)
    {
        Description = description,
        HelpName = example,
        CustomParser = result =>
        {
            if (read(result.Tokens[0].Value) is { } amount)
                return amount;
            result.AddError($"{name} takes an amount with its unit, such as {example}, not '{result.Tokens[0].Value}'.");
            return default;
        },
    };
}
