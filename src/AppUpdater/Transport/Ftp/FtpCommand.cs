namespace AppUpdater.Transport.Ftp;

/// <summary>
/// One command. An argument with a line break would be two commands (GHSA-6v7q-wjvx-w8wg, bpo-30119): refused here, before anything is
/// sent. Never "cleaned": that would address another file.
/// </summary>
internal sealed record FtpCommand
{
    internal FtpCommand(string verb, string? argument = null)
    {
        if (argument is not null && argument.Any(char.IsControl))
        {
            Wording shown = verb == "PASS" ? (Wording)"the password" : PathRules.Show(argument);
            throw new UntrustedException($"{verb} was not sent: {shown} has a control character, such as a line break.");
        }

        Verb = verb;
        Argument = argument;
    }

    internal string Verb { get; }

    internal string? Argument { get; }

    internal string Line => Argument is null ? Verb : $"{Verb} {Argument}";

    /// <summary>Fit for logs and messages.</summary>
    public override string ToString() => Verb == "PASS" ? "PASS ***" : Line;
}
