using System.Net.Sockets;

namespace AppUpdater.Testing.Ftp;

/// <summary>
/// One client's conversation. Commands are carried out one after another; during a transfer only ABOR is, and with
/// <see cref="FtpServerOptions.AsyncReplies"/> all that is no transfer itself.
/// </summary>
internal sealed class FtpSession
{
    private readonly Dictionary<string, Func<string, CancellationToken, Task>> _verbs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open;
    private Task _transfer = Task.CompletedTask;
    private FtpTransfer? _running;
    private CancellationTokenSource? _abort;

    internal FtpSession(LoopbackFtpServer server, ControlConnection control)
    {
        (Server, Control) = (server, control);
        var login = new LoginVerbs(this);
        login.AddTo(_verbs);
        if (server.Tls is not null)
            new TlsVerbs(this).AddTo(_verbs);
        _open = [.. _verbs.Keys];
        new FolderVerbs(this).AddTo(_verbs);
        new WritingVerbs(this).AddTo(_verbs);
        new TransferVerbs(this).AddTo(_verbs);
    }

    internal LoopbackFtpServer Server { get; }

    internal ControlConnection Control { get; }

    internal FtpFaults Faults => Server.Faults;

    internal bool LoggedIn { get; set; }

    /// <summary>The folder it is in, as a server path.</summary>
    internal string Current { get; set; } = "/";

    internal bool Binary { get; set; }

    /// <summary>The client said PROT P: data is encrypted.</summary>
    internal bool IsProtected { get; set; }

    /// <summary>Where the next transfer's data connection is awaited.</summary>
    internal DataConnection? Passive { get; set; }

    /// <summary>Said goodbye.</summary>
    internal bool Ended { get; set; }

    /// <summary>Answers nothing any more, as over a line that lost its way back.</summary>
    internal bool Mute { get; set; }

    internal Task ReplyAsync(string reply, CancellationToken ct) => Control.ReplyAsync(reply, ct);

    /// <summary>The absolute server path of an argument, or null where it climbs above the top.</summary>
    internal string? Resolve(string argument) => ServedFolder.Resolve(Current, argument);

    /// <summary>The local path of an argument, or null where it is not below the folder.</summary>
    internal string? Local(string argument) => Resolve(argument) is { } path ? Server.Folder.Local(path) : null;

    /// <summary>Lets a transfer run while commands are still read, for ABOR's sake.</summary>
    internal void Begin(FtpTransfer transfer, Func<CancellationToken, Task> run, CancellationToken ct)
    {
        _abort?.Dispose();
        _abort = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _running = transfer;
        _transfer = run(_abort.Token);
    }

    internal async Task RunAsync(CancellationToken ct)
    {
        try
        {
            if (await MeetsFaultAsync("CONNECT", "CONNECT", ct).ConfigureAwait(false))
                return;
            await ReplyAsync("220 AppUpdater loopback FTP server.", ct).ConfigureAwait(false);
            while (!Ended && await Control.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
                await HandleAsync(line, ct).ConfigureAwait(false);
        }
        finally
        {
            await AbortAsync().ConfigureAwait(false);
            _abort?.Dispose();
            Passive?.Dispose();
        }
    }

    private async Task HandleAsync(string line, CancellationToken ct)
    {
        var cut = line.IndexOf(' ', StringComparison.Ordinal);
        var verb = (cut < 0 ? line : line[..cut]).ToUpperInvariant();
        var argument = cut < 0 ? "" : line[(cut + 1)..];
        var shown = verb == "PASS" ? "PASS ***" : line;
        Server.Log(shown);
        if (verb == "ABOR")
            await AbortAsync().ConfigureAwait(false);
        else
            await AwaitTransferAsync(verb).ConfigureAwait(false);
        if (Mute || Ended || await MeetsFaultAsync(verb, shown, ct).ConfigureAwait(false))
            return;
        if (verb.Length == 0)
            await ReplyAsync("500 Empty, or too long.", ct).ConfigureAwait(false);
        else if (!_verbs.TryGetValue(verb, out var handler))
            await ReplyAsync("502 Command not implemented.", ct).ConfigureAwait(false);
        else if (!LoggedIn && !_open.Contains(verb))
            await ReplyAsync("530 Please login with USER and PASS.", ct).ConfigureAwait(false);
        else
            await CarryOutAsync(handler, argument, ct).ConfigureAwait(false);
    }

    private async Task AwaitTransferAsync(string verb)
    {
        if (Server.Options.AsyncReplies && _running is { } running && verb is not ("RETR" or "STOR" or "APPE" or "LIST" or "NLST" or "MLSD" or "QUIT"))
            await running.Opened.ConfigureAwait(false);
        else
            await _transfer.ConfigureAwait(false);
    }

    private async Task CarryOutAsync(Func<string, CancellationToken, Task> handler, string argument, CancellationToken ct)
    {
        try
        {
            await handler(argument, ct).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            await ReplyAsync("550 The file system refused.", ct).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a fault took the place of the command.</summary>
    private async Task<bool> MeetsFaultAsync(string verb, string shown, CancellationToken ct)
    {
        if (Faults.ForCommand(verb, shown) is not { } action)
            return false;
        if (action.Wait > TimeSpan.Zero)
            await Task.Delay(action.Wait, ct).ConfigureAwait(false);
        if (action.Reply is { } reply)
            await Control.ReplyRawAsync(reply, ct).ConfigureAwait(false);
        if (action.End == FaultEnd.Close)
        {
            Control.Close();
            Ended = true;
        }

        return action.End != FaultEnd.GoOn;
    }

    private async Task AbortAsync()
    {
        if (_abort is { } abort)
            await abort.CancelAsync().ConfigureAwait(false);
        try
        {
            await _transfer.ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            _transfer = Task.CompletedTask; // its client is gone, or the server was told to stop
        }
    }
}
