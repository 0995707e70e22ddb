namespace AppUpdater.Testing.Ftp;

/// <summary>What a client may say before it is logged in, and what concerns the session as a whole.</summary>
internal sealed class LoginVerbs(FtpSession session)
{
    private string? _user;

    internal void AddTo(Dictionary<string, Func<string, CancellationToken, Task>> verbs)
    {
        verbs["USER"] = UserAsync;
        verbs["PASS"] = PassAsync;
        verbs["QUIT"] = QuitAsync;
        verbs["FEAT"] = FeatAsync;
        verbs["OPTS"] = OptsAsync;
        verbs["NOOP"] = (_, ct) => session.ReplyAsync("200 NOOP ok.", ct);
        verbs["SYST"] = (_, ct) => session.ReplyAsync(
            session.Server.Options.ListStyle == FtpListStyle.Dos ? "215 Windows_NT" : "215 UNIX Type: L8", ct);
        verbs["HELP"] = (_, ct) => session.ReplyAsync($"214-The following commands are recognized.\n {string.Join(' ', verbs.Keys.Order())}\n214 Help OK.", ct);
        verbs["ABOR"] = (_, ct) => session.ReplyAsync("226 ABOR command successful.", ct);
    }

    private Task UserAsync(string argument, CancellationToken ct)
    {
        if (session.Server.Options.RequireTls && !session.Control.IsSecure)
            return session.ReplyAsync("530 Sessions must use encryption.", ct);
        _user = argument;
        session.LoggedIn = false;
        return session.ReplyAsync("331 Please specify the password.", ct);
    }

    private Task PassAsync(string argument, CancellationToken ct)
    {
        if (_user is null)
            return session.ReplyAsync("503 Login with USER first.", ct);
        session.LoggedIn = !session.Faults.TakeLoginRefusal() && IsLetIn(argument);
        return session.ReplyAsync(session.LoggedIn ? "230 Login successful." : "530 Login incorrect.", ct);
    }

    private bool IsLetIn(string password)
    {
        var options = session.Server.Options;
        if (options.User is null)
            return string.Equals(_user, "anonymous", StringComparison.OrdinalIgnoreCase) || string.Equals(_user, "ftp", StringComparison.OrdinalIgnoreCase);
        return _user == options.User && (options.Password is null || password == options.Password);
    }

    private Task QuitAsync(string argument, CancellationToken ct)
    {
        session.Ended = true;
        return session.ReplyAsync("221 Goodbye.", ct);
    }

    private Task FeatAsync(string argument, CancellationToken ct)
    {
        var options = session.Server.Options;
        List<string> features = ["211-Features:"];
        if (options.Tls == FtpTlsMode.Explicit)
            features.Add(" AUTH TLS");
        if (!options.NoEpsv)
            features.Add(" EPSV");
        features.AddRange([" MDTM", " MFMT"]);
        if (!options.ListOnly)
            features.Add(" MLST type*;size*;modify*;UNIX.mode*;");
        features.Add(" PASV");
        if (options.Tls != FtpTlsMode.None)
            features.AddRange([" PBSZ", " PROT"]);
        features.AddRange([" REST STREAM", " SIZE"]);
        if (!options.Latin1Names)
            features.Add(" UTF8");
        features.Add("211 End");
        return session.ReplyAsync(string.Join('\n', features), ct);
    }

    private Task OptsAsync(string argument, CancellationToken ct)
    {
        var known = argument.StartsWith("MLST", StringComparison.OrdinalIgnoreCase) && !session.Server.Options.ListOnly;
        known |= argument.StartsWith("UTF8", StringComparison.OrdinalIgnoreCase) && !session.Server.Options.Latin1Names;
        return session.ReplyAsync(known ? $"200 {argument}" : "501 Option not understood.", ct);
    }
}
