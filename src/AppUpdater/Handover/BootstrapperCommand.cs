using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Core.Processes;

namespace AppUpdater.Handover;

internal enum BootstrapperVerb { Apply, Recover }

/// <summary>
/// The bootstrapper's command line, written by the library and read by the bootstrapper: one class, so that they agree.
/// <c>apply --install DIR --swap ID [--wait PID:START] [--launcher PID:START] [--wait-for 60s] [--relaunch] [--stay] [--cwd DIR] -- args…</c>,
/// <c>recover --install DIR [--run PATH] [the same, but --swap] -- args…</c>
/// </summary>
internal sealed record BootstrapperCommand
{
    /// <summary>Alone on the command line: ends at once with 0, as a proof that the bootstrapper runs here.</summary>
    internal const string Probe = "--appupdater-probe";

    internal static readonly TimeSpan DefaultWaitLimit = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    internal required BootstrapperVerb Verb { get; init; }

    /// <summary>Full path of the install.</summary>
    internal required string Install { get; init; }

    /// <summary>The swap to apply; null for <see cref="BootstrapperVerb.Recover"/>.</summary>
    internal string? Swap { get; init; }

    /// <summary>What is started where the swap has gone meanwhile, relative to the install.</summary>
    internal RelativePath? Run { get; init; }

    /// <summary>The process that must have ended first.</summary>
    internal ProcessIdentity? WaitFor { get; init; }

    /// <summary>The process that started this and may go on running from the install: it is not the app.</summary>
    internal ProcessIdentity? Launcher { get; init; }

    internal TimeSpan WaitLimit { get; init; } = DefaultWaitLimit;

    /// <summary>Whether the app is started afterwards.</summary>
    internal bool Relaunch { get; init; }

    /// <summary>Whether the bootstrapper stays the app's parent to its end and gives its exit code back.</summary>
    internal bool Stay { get; init; }

    /// <summary>Where the app is started; null is the install.</summary>
    internal string? WorkingDirectory { get; init; }

    internal ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Whether these arguments are meant for the bootstrapper, not for an app that it stands for.</summary>
    internal static bool IsOne(IReadOnlyList<string> args) => args is ["apply" or "recover", "--install", ..];

    /// <summary>The command that <paramref name="args"/> spell, or what is wrong with them.</summary>
    internal static (BootstrapperCommand? Command, string? Problem) Parse(IReadOnlyList<string> args)
    {
        if (!IsOne(args))
            return (null, "expected: apply --install DIR --swap ID … or recover --install DIR …");
        var command = new BootstrapperCommand { Verb = args[0] == "apply" ? BootstrapperVerb.Apply : BootstrapperVerb.Recover, Install = "" };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 1; at < args.Count; at++)
        {
            var option = args[at];
            if (option == "--")
                return Check(command with { Arguments = [.. args.Skip(at + 1)] });
            if (!seen.Add(option))
                return (null, $"{option} is given twice");
            if (option is "--relaunch" or "--stay")
                command = option == "--stay" ? command with { Stay = true } : command with { Relaunch = true };
            else if (at + 1 == args.Count)
                return (null, $"{option} needs a value, or is no option");
            else if (With(command, option, args[++at]) is { } changed)
                command = changed;
            else
                return (null, $"{option} {args[at]} is not understood");
        }

        return Check(command);
    }

    /// <summary>The arguments that <see cref="Parse"/> reads as this command.</summary>
    internal IReadOnlyList<string> ToArguments()
    {
        List<string> args = [Verb == BootstrapperVerb.Apply ? "apply" : "recover", "--install", Install];
        Add(args, "--swap", Swap);
        Add(args, "--run", Run?.Value);
        Add(args, "--wait", WaitFor?.ToString());
        Add(args, "--launcher", Launcher?.ToString());
        Add(args, "--wait-for", string.Create(CultureInfo.InvariantCulture, $"{(long)WaitLimit.TotalSeconds}s"));
        if (Relaunch)
            args.Add("--relaunch");
        if (Stay)
            args.Add("--stay");
        Add(args, "--cwd", WorkingDirectory);
        return [.. args, "--", .. Arguments];
    }

    private static void Add(List<string> args, string option, string? value)
    {
        if (value is not null)
            args.AddRange([option, value]);
    }

    private static BootstrapperCommand? With(BootstrapperCommand command, string option, string value) => option switch
    {
        "--install" when Path.IsPathFullyQualified(value) => command with { Install = Path.TrimEndingDirectorySeparator(Path.GetFullPath(value)) },
        "--swap" when command.Verb == BootstrapperVerb.Apply && IsSwapId(value) => command with { Swap = value },
        "--run" when RelativePath.TryParse(value, out var run, out _) => command with { Run = run },
        "--wait" when ProcessIdentity.Parse(value) is { } process => command with { WaitFor = process },
        "--launcher" when ProcessIdentity.Parse(value) is { } process => command with { Launcher = process },
        "--wait-for" when Seconds(value) is { } limit => command with { WaitLimit = limit },
        "--cwd" when Path.IsPathFullyQualified(value) => command with { WorkingDirectory = value },
        _ => null,
    };

    private static bool IsSwapId(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    private static TimeSpan? Seconds(string text) =>
        text.EndsWith('s') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && TimeSpan.FromSeconds(seconds) <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static (BootstrapperCommand? Command, string? Problem) Check(BootstrapperCommand command) =>
        command is { Verb: BootstrapperVerb.Apply, Swap: null } ? (null, "apply needs --swap ID") : (command, null);
}
