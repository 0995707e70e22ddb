using System.Globalization;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>What all connections of one source share: where, as whom, and what was learned of the server. Safe for concurrent use.</summary>
internal sealed class FtpServer : IDisposable
{
    private static readonly string[] Crowded =
        ["too many", "no more connections", "more connections", "more than", "maximum number", "limit reached", "limit exceeded", "server is full"];

    private static readonly string[] BadLogin = ["attempt", "fail", "incorrect", "invalid", "password"];

    private volatile FtpFeatures? _features;
    private volatile bool _epsvFails;
    private volatile bool _dataOpens;
    private volatile bool _oneAtATime;
    private volatile bool _uploadsSpendSessions;
    private volatile string? _home;

    internal FtpServer(RemoteLocation location, TransportOptions options)
    {
        Location = location;
        Options = options;
        Address = string.Create(CultureInfo.InvariantCulture, $"{location.Host}:{location.Port}");

        // dato.ini's user is never sent with the URL's password, which belongs to another.
        User = options.Server.User ?? location.User ?? "anonymous";
        var ofUrl = options.Server.User is null ? location.Password : null;
        IsGuest = options.Server.Password is null && ofUrl is null && (User is "anonymous" or "ftp");
        Password = options.Server.Password ?? ofUrl ?? new Secret(IsGuest ? "anonymous@" : "");
        if (User.Any(char.IsControl) || Password.Reveal().Any(char.IsControl))
            throw new SettingsException("dato.ini: [server] user or password has a control character, such as a line break.");
        Names = new FtpNames(options.Server.Encoding, Address);
        Zone = new FtpListZone(options.Server.TimeZone);
        Connector = Connectors.For(options.Server.Proxy, options.ConnectTimeout);
        Trust = location.Scheme is RemoteScheme.Ftps or RemoteScheme.FtpsImplicit ? new ServerTrust(options.Server) : null;
        if (Trust is null && options.Server is { CaFile: not null } or { Fingerprint: not null })
            options.Log.LogWarning("{Server}: ca_file and fingerprint have no effect with ftp://, which has no certificate; use ftps://.", Address);
    }

    internal RemoteLocation Location { get; }

    internal TransportOptions Options { get; }

    /// <summary>host:port, for messages.</summary>
    internal string Address { get; }

    internal string User { get; }

    internal Secret Password { get; }

    /// <summary>Whoever may log in without a secret; the password is the customary one (RFC 1635).</summary>
    internal bool IsGuest { get; }

    internal FtpNames Names { get; }

    internal FtpListZone Zone { get; }

    internal IConnector Connector { get; init; }

    internal FtpOrder Order { get; } = new();

    internal FtpStatListing StatListing { get; } = new();

    /// <summary>Null for ftp://, which goes in the clear.</summary>
    internal ServerTrust? Trust { get; }

    internal ByteRate Rate => Options.Rate;

    /// <summary>Null until the first connection for anything but reading a file.</summary>
    internal FtpFeatures? Features
    {
        get => _features;
        set => _features = value;
    }

    /// <summary>EPSV was refused, or its port could not be reached: firewalls exist that know only PASV (rclone #5328).</summary>
    internal bool EpsvFails
    {
        get => _epsvFails;
        set => _epsvFails = value;
    }

    /// <summary>A data connection was opened at least once: no firewall forbids them.</summary>
    internal bool DataOpens
    {
        get => _dataOpens;
        set => _dataOpens = value;
    }

    /// <summary>Each command awaits the reply to the one before: the server loses or mixes up what is sent together.</summary>
    internal bool OneAtATime
    {
        get => _oneAtATime;
        set => _oneAtATime = value;
    }

    /// <summary>
    /// An upload over TLS 1.3 uses up the session that data connections resume, and the server demands one and sends no other with it: after an
    /// upload a control connection is good for no further data connection (ProFTPD #959).
    /// </summary>
    internal bool UploadsSpendSessions
    {
        get => _uploadsSpendSessions;
        set => _uploadsSpendSessions = value;
    }

    /// <summary>The folder in which the account starts, without a trailing slash: "" at the root, and until the first login.</summary>
    internal string Home
    {
        get => _home ?? "";
        set => _home = value;
    }

    internal bool KnowsHome => _home is not null;

    /// <summary>
    /// The server path of something below the location, which counts from the account's own folder unless it says otherwise (RFC 1738 3.2.2).
    /// Asked for with a connection in hand: the first login finds out where that is.
    /// </summary>
    internal string PathOf(RelativePath? path)
    {
        var start = Location.IsFromRoot ? Location.Path : Home + Location.Path;
        return path is { } below ? $"{start}/{below.Value}" : start.Length == 0 ? "/" : start;
    }

    public void Dispose() => Trust?.Dispose();

    internal UnreachableException Unreachable(Wording what, Exception? inner = null) => new($"{Address} {what}", inner);

    /// <summary>It sent less than was asked for, and said that this was all.</summary>
    internal UnreachableException Ended(Wording what) => new($"{Address} {what}") { IsTheServersEnd = true };

    /// <summary>A reply that says no, as an exception.</summary>
    /// <param name="reply">A 4xx or 5xx, or whatever else was not expected.</param>
    /// <param name="what">What was asked: "reading /app/x".</param>
    internal UpdateException Refusal(FtpReply reply, string what)
    {
        // 5xx is final by RFC 959, but some servers send it for what passes (lftp's list).
        var transient = reply.IsTransientFailure || SaysTooMany(reply) || Says(reply, "broken pipe") || Says(reply, "timed out");
        return reply.Code == 550 && !transient
            ? new MissingException($"{Address} answered {reply} to {what}: it is not there, or {User} may not read it.")
            : new UnreachableException($"{Address} answered {reply} to {what}.", transient);
    }

    /// <summary>As <see cref="Refusal"/>, for what writes: 550 then says nothing of whether a thing is there.</summary>
    internal UnreachableException WriteRefusal(FtpReply reply, FtpCommand command) => Refusal(reply, command.ToString()) as UnreachableException
        ?? new UnreachableException($"{Address} answered {reply} to {command}. Check what {User} may write there.", isTransient: false);

    /// <summary>
    /// Whether the reply means too many connections, which passes (lftp retry-530). "Too many failed attempts" is a wrong password, and
    /// one more attempt makes it worse.
    /// </summary>
    internal static bool SaysTooMany(FtpReply reply) => Crowded.Any(text => Says(reply, text)) && !BadLogin.Any(text => Says(reply, text));

    private static bool Says(FtpReply reply, string text) =>
        reply.Lines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
}
