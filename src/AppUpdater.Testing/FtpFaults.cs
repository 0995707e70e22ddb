namespace AppUpdater.Testing;

/// <summary>How a cut shows to the client.</summary>
public enum FtpCut
{
    /// <summary>Both connections close without a word: the line went dead. What was sent before arrives.</summary>
    Connection,

    /// <summary>The data connection closes and 426 says so.</summary>
    Transfer,

    /// <summary>The data connection closes and 226 claims that all was sent: truncated in silence.</summary>
    Unnoticed,
}

/// <summary>What goes wrong with TLS.</summary>
public enum FtpTlsFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>AUTH is refused with 534, though FEAT offers it (CVE-2021-22946 were clients that went on).</summary>
    RefuseAuth,

    /// <summary>PROT P is refused with 536: the data would travel in the clear.</summary>
    RefuseProtection,

    /// <summary>A reply in the clear follows the 234 in the same packet (CVE-2021-22947 were clients that took it for the server's).</summary>
    InjectReply,

    /// <summary>The client's handshake is never answered.</summary>
    NoHandshake,

    /// <summary>Data connections end without the word that TLS ends them with (close_notify).</summary>
    NoCloseNotify,
}

/// <summary>
/// What goes wrong, on request; may be changed at any time from any thread. Paths are as the server sees them, with or without the
/// leading slash (<c>bin/app.dll</c>). A path that ends with a slash means the listing of that folder (<c>/</c>: of the top folder);
/// a path that is null means any file. A fault with <c>times</c> is used up after so many transfers or commands.
/// </summary>
public sealed class FtpFaults
{
    private readonly Lock _gate = new();
    private readonly List<TransferFault> _transfers = [];
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly List<CommandFault> _unavailable = [];
    private int _loginRefusals;

    /// <summary>
    /// Asked for each command, before it is carried out; null is the usual answer. The text is the command line; a password is shown as
    /// <c>***</c>, and <c>CONNECT</c> stands for a new connection, before it is greeted. May be called from several threads at once.
    /// </summary>
    public Func<string, FaultAction?>? OnCommand { get; set; }

    /// <summary>Called with the file's path before it is opened to be sent: here a test changes the served folder during an update.</summary>
    public Action<string>? BeforeRetrieve { get; set; }

    /// <summary>REST is answered with 350, and the file is sent from its start all the same.</summary>
    public bool IgnoreRest { get; set; }

    /// <summary>
    /// Names added to every listing as files of one byte, exactly as they stand here: <c>..</c>, <c>/etc/passwd</c>, <c>a\nb</c>, <c>CON</c>.
    /// </summary>
    public IReadOnlyList<string> ExtraListingNames { get; set; } = [];

    /// <summary>As <see cref="ExtraListingNames"/>, told as folders. A client that enters them finds nothing.</summary>
    public IReadOnlyList<string> ExtraListingFolders { get; set; } = [];

    /// <summary>What goes wrong with TLS.</summary>
    public FtpTlsFault Tls { get; set; }

    /// <summary>Breaks a transfer off after so many bytes of it (counted from its start, not from that of the file).</summary>
    public void CutAfter(string? path, long bytes, int times = 1, FtpCut cut = FtpCut.Connection) =>
        Add(new TransferFault(TransferFaultKind.Cut, Key(path), bytes, TimeSpan.Zero, cut), times);

    /// <summary>Sends nothing more after so many bytes; both connections stay open until the client closes or ABOR comes.</summary>
    public void Stall(string? path, long afterBytes, int times = 1) =>
        Add(new TransferFault(TransferFaultKind.Stall, Key(path), afterBytes, TimeSpan.Zero, FtpCut.Connection), times);

    /// <summary>Sends single bytes, each after this time.</summary>
    public void Drip(string? path, TimeSpan every, int times = 1) =>
        Add(new TransferFault(TransferFaultKind.Drip, Key(path), long.MaxValue, every, FtpCut.Connection), times);

    /// <summary>The reply after the data (226) never comes, nor any other on that connection.</summary>
    public void NoFinalReply(string? path = null, int times = 1) => LateFinalReply(Timeout.InfiniteTimeSpan, path, times);

    /// <summary>The reply after the data (226) comes only after this time.</summary>
    public void LateFinalReply(TimeSpan after, string? path = null, int times = 1) =>
        Add(new TransferFault(TransferFaultKind.LateReply, Key(path), 0, after, FtpCut.Connection), times);

    /// <summary>Listings, SIZE and the reply to RETR tell this size for a file; its bytes stay what they are.</summary>
    public void WrongSize(string path, long reported)
    {
        ArgumentNullException.ThrowIfNull(path);
        lock (_gate)
            _sizes[Key(path)!] = reported;
    }

    /// <summary>The next logins fail with 530, whatever the password. Default: all of them.</summary>
    public void RefuseLogin(int times = int.MaxValue)
    {
        lock (_gate)
            _loginRefusals = times;
    }

    /// <summary>
    /// 421 and a closed connection instead of this verb's answer (<c>RETR</c>, or <c>CONNECT</c> for the greeting); null is whatever comes next.
    /// </summary>
    public void ServiceNotAvailable(string? onCommand = null, int times = 1)
    {
        lock (_gate)
            _unavailable.Add(new CommandFault(onCommand?.ToUpperInvariant(), times));
    }

    /// <summary>All is well again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _transfers.Clear();
            _sizes.Clear();
            _unavailable.Clear();
            _loginRefusals = 0;
        }

        (OnCommand, BeforeRetrieve, IgnoreRest, Tls) = (null, null, false, FtpTlsFault.None);
        (ExtraListingNames, ExtraListingFolders) = ([], []);
    }

    internal FaultAction? ForCommand(string verb, string shown)
    {
        if (OnCommand?.Invoke(shown) is { } action)
            return action;
        lock (_gate)
        {
            var fault = _unavailable.Find(fault => fault.Left > 0 && (fault.Verb is null || fault.Verb == verb));
            if (fault is null)
                return null;
            fault.Left--;
        }

        return FaultAction.AnswerAndClose("421 Service not available, closing control connection.");
    }

    internal bool TakeLoginRefusal()
    {
        lock (_gate)
        {
            if (_loginRefusals == 0)
                return false;
            _loginRefusals--;
            return true;
        }
    }

    internal long Size(string path, long real)
    {
        lock (_gate)
            return _sizes.GetValueOrDefault(Key(path)!, real);
    }

    /// <summary>The fault that a transfer meets in its data, if any, and the one that its final reply meets.</summary>
    internal (TransferFault? Data, TransferFault? Reply) TakeForTransfer(string path, long? cutAfter)
    {
        var always = cutAfter is { } bytes && !path.EndsWith('/')
            ? new TransferFault(TransferFaultKind.Cut, null, bytes, TimeSpan.Zero, FtpCut.Connection)
            : null;
        lock (_gate)
            return (Take(path, reply: false) ?? always, Take(path, reply: true));
    }

    private TransferFault? Take(string path, bool reply)
    {
        var key = Key(path)!;
        var fault = _transfers.Find(fault => fault.Left > 0
            && reply == (fault.Kind == TransferFaultKind.LateReply)
            && (fault.Path is null ? !key.EndsWith('/') : fault.Path == key));
        if (fault is not null)
            fault.Left--;
        return fault;
    }

    private void Add(TransferFault fault, int times)
    {
        fault.Left = times;
        lock (_gate)
            _transfers.Add(fault);
    }

    private static string? Key(string? path) => path is null ? null : "/" + path.TrimStart('/');

    private sealed class CommandFault(string? verb, int times)
    {
        internal string? Verb { get; } = verb;

        internal int Left { get; set; } = times;
    }
}

internal enum TransferFaultKind { Cut, Stall, Drip, LateReply }

internal sealed record TransferFault(TransferFaultKind Kind, string? Path, long Bytes, TimeSpan Wait, FtpCut Cut)
{
    internal int Left { get; set; }
}
