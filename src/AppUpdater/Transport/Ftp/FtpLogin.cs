using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>How a login ended.</summary>
/// <param name="Full">The reply of a server that has as many connections as it wants; nothing else is wrong then. Null: logged in.</param>
/// <param name="Passive">The reply to EPSV, asked for with the login, or null.</param>
internal readonly record struct FtpLoginResult(FtpReply? Full, FtpReply? Passive);

/// <summary>
/// A login in as few round trips as servers allow: the greeting, USER, and all the rest in one write with PASS. Where PASS is refused,
/// its reply alone counts and what follows it is refused with it. USER goes along where the password is no secret: a server that refuses
/// the user on an unprotected connection (vsftpd force_local_logins_ssl) does so for the password not to be sent.
/// </summary>
internal sealed class FtpLogin(FtpServer server, FtpControl control)
{
    // They lose or mix up what is sent together (lftp.conf sets ftp:sync-mode for them).
    private static readonly string[] OneAtATime = ["icrosoft FTP Service", "MadGoat", "MikroTik"];

    /// <exception cref="UnreachableException">The login was refused (not transient), or the connection broke (transient).</exception>
    internal async Task<FtpLoginResult> RunAsync(CancellationToken ct)
    {
        var greeting = await control.WaitAsync(control.Greeting.Final, control.Greeting.Command, server.Options.ReplyTimeout, ct)
            .ConfigureAwait(false);
        if (!greeting.IsSuccess)
            return Refused(greeting);
        if (greeting.Lines.Any(line => OneAtATime.Any(name => line.Contains(name, StringComparison.Ordinal))))
            server.OneAtATime = true;

        var (user, password) = (new FtpCommand("USER", server.User), new FtpCommand("PASS", server.Password.Reveal()));
        if (server.IsGuest && !server.OneAtATime)
            return await AgreeAsync([user, password], ct).ConfigureAwait(false);
        var reply = await control.SendAsync(user, ct).ConfigureAwait(false);
        if (reply.Code == 331)
        {
            if (!server.OneAtATime)
                return await AgreeAsync([password], ct).ConfigureAwait(false);
            reply = await control.SendAsync(password, ct).ConfigureAwait(false);
        }

        return reply.IsSuccess ? await AgreeAsync([], ct).ConfigureAwait(false) : Refused(reply);
    }

    private static bool IsFull(FtpReply reply) => reply.Code == 421 || FtpServer.SaysTooMany(reply);

    private FtpLoginResult Refused(FtpReply reply) => IsFull(reply)
        ? new FtpLoginResult(reply, null)
        : throw (reply.IsTransientFailure
            ? server.Unreachable($"could not log in {PathRules.Show(server.User)}: {reply}.")
            : new UnreachableException(
                $"{server.Address} refused the login of user {PathRules.Show(server.User)}: {reply}. {server.Options.LoginAdvice}",
                isTransient: false));

    /// <summary>
    /// Sends what follows a login, and before it what is left of the login itself. Pure-FTPd refuses OPTS UTF8 ON and uses it all the same:
    /// that reply means nothing.
    /// </summary>
    private async Task<FtpLoginResult> AgreeAsync(FtpCommand[] login, CancellationToken ct)
    {
        List<FtpCommand> commands = [.. FtpTls.Protection(control.Tls), new("TYPE", "I")];
        if (server.Names.IsUtf8)
            commands.Add(new FtpCommand("OPTS", "UTF8 ON"));
        var asksHome = !server.Location.IsFromRoot && !server.KnowsHome;
        if (asksHome)
            commands.Add(new FtpCommand("PWD"));
        if (!server.EpsvFails)
            commands.Add(new FtpCommand("EPSV"));

        var (refused, replies) = login.Length == 0
            ? (null, await control.SendAllAsync([.. commands], ct).ConfigureAwait(false))
            : await TogetherAsync(login, [.. commands], ct).ConfigureAwait(false);
        if (refused is not null)
            return Refused(refused);

        control.Tls?.Check(replies);
        var by = commands.Zip(replies).ToDictionary(pair => pair.First.Verb, pair => pair.Second);
        if (!by["TYPE"].IsSuccess)
            throw server.Refusal(by["TYPE"], "TYPE I");
        if (asksHome)
            server.Home = FtpHome.Of(by["PWD"]);
        return new FtpLoginResult(null, by.GetValueOrDefault("EPSV"));
    }

    /// <summary>The replies to the commands, or the one reply that refused the login.</summary>
    private async Task<(FtpReply? Refused, FtpReply[] Replies)> TogetherAsync(FtpCommand[] login, FtpCommand[] commands, CancellationToken ct)
    {
        var replies = new FtpReply[commands.Length];
        try
        {
            var exchanges = await control.BeginAsync([.. login, .. commands], ct).ConfigureAwait(false);
            FtpReply? let = null;
            foreach (var exchange in exchanges[..login.Length])
            {
                // 230 to USER: the password that follows is one too many, whatever is said to it.
                var reply = await control.WaitAsync(exchange, ct).ConfigureAwait(false);
                if (let is { IsSuccess: true })
                    continue;
                let = reply;
                if (!reply.IsSuccess && (reply.Code != 331 || exchange == exchanges[login.Length - 1]))
                    return (reply, []);
            }

            for (var i = 0; i < replies.Length; i++)
                replies[i] = await control.WaitAsync(exchanges[login.Length + i], ct).ConfigureAwait(false);
        }
        catch (UnreachableException failure) when (failure.IsTransient)
        {
            // It may be what was sent together that it did not stand: the next login goes step by step.
            server.OneAtATime = true;
            server.Options.Log.LogInformation("{Server}: a login in one write broke; sending one command at a time.", server.Address);
            throw;
        }

        if (commands.Zip(replies).All(pair => IsInStep(pair.First.Verb, pair.Second)))
            return (null, replies);

        // The password is in; only what followed it was taken for something else. The replies are all there, so that it can be asked again.
        server.OneAtATime = true;
        server.Options.Log.LogInformation("{Server}: replies after a login in one write are not in order; sending one command at a time.", server.Address);
        return (null, await control.SendAllAsync(commands, ct).ConfigureAwait(false));
    }

    /// <summary>Whether a reply can be the command's own: a server that reads on before it has let the user in says 530 to all of them.</summary>
    private static bool IsInStep(string verb, FtpReply reply) => verb switch
    {
        _ when reply.Code is 503 or 530 => false,
        "PWD" => reply.Code == 257 || !reply.IsSuccess,
        "EPSV" => reply.Code is 229 or 227 || !reply.IsSuccess,
        _ => reply.Code is not (211 or 227 or 229 or 257),
    };
}
