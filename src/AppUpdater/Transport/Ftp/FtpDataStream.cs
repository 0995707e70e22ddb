using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// What RETR or a listing sends. The order at the end is: read to the end, close the data connection, then await the final reply, since
/// ProFTPD keeps it back until the client has closed. Success is the announced count of bytes and that reply, never one alone.
/// </summary>
internal sealed partial class FtpDataStream : RemoteReadStream
{
    private static readonly TimeSpan GiveUpWithin = TimeSpan.FromSeconds(2);

    private readonly FtpServer _server;
    private readonly FtpTransfer _transfer;
    private readonly CancellationTokenSource _idle = new();
    private FtpLease? _lease;
    private long _count;
    private bool _ended;
    private bool _failed;

    internal FtpDataStream(FtpServer server, FtpTransfer transfer)
    {
        _server = server;
        _transfer = transfer;
        AnnouncedLength = Announced(transfer.Exchange.First.Result);
    }

    internal override long? AnnouncedLength { get; }

    private string Command => _transfer.Exchange.Command;

    /// <summary>The connection goes back to its pool with the end of this stream.</summary>
    internal void Own(FtpLease lease) => _lease = lease;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReceiveAsync(_server.Rate.Portion(buffer), cancellationToken).ConfigureAwait(false);
        await _server.Rate.SpendAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    internal override async Task CompleteAsync(CancellationToken ct)
    {
        if (!_ended && await ReadAsync(new byte[1], ct).ConfigureAwait(false) > 0)
            throw Broken($"has more of {Command} than the {Bytes(_count - 1)} that were read.", null);

        await _transfer.Data.EndReadingAsync().ConfigureAwait(false);
        var reply = await _transfer.Control.WaitAsync(_transfer.Exchange.Final, $"{Command} with its final word", _server.Options.FinalReplyTimeout, ct)
            .ConfigureAwait(false);
        var refusal = _transfer.Data.RefusalOf(_transfer.Exchange);
        Release();
        if (!reply.IsSuccess)
            throw refusal ?? _server.Unreachable($"did not confirm {Command}: {reply}, after {Bytes(_count)}.");
        if (AnnouncedLength is { } length && _count != length && _count != length - _transfer.Offset)
            throw _server.Unreachable($"sent {Bytes(_count)} for {Command} from byte {_transfer.Offset}, having announced {Bytes(length)}.");

        // A listing has no size: cut short, files would seem to be gone. Of a file whose size came right the missing mark is forgiven;
        // many servers leave it out.
        if (AnnouncedLength is null && _transfer.Data.IsEndUnproven)
        {
            throw _server.Unreachable(
                $"ended {Command} after {Bytes(_count)} without TLS's close_notify and named no size, so that it may have been cut short on "
                + "the way. If that stays so, the server's TLS is at fault.");
        }
    }

    /// <summary>Before completion: gives the transfer up.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_lease is not null || _transfer.Exchange.Final is { IsCompleted: false })
        {
            _transfer.Exchange.IsGivenUp = true;
            await _transfer.Data.DisposeAsync().ConfigureAwait(false);
            if (!_failed)
                await DrainAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _transfer.Data.Dispose();
            _idle.Dispose();
            if (!_transfer.Exchange.Final.IsCompleted)
                _transfer.Control.Poison(new ObjectDisposedException(nameof(FtpDataStream), $"{Command} was given up."));
            Release();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        var timeout = _server.Options.DataIdleTimeout;
        _idle.CancelAfter(timeout);
        using var cancel = cancellationToken.UnsafeRegister(static idle => ((CancellationTokenSource)idle!).Cancel(), _idle);
        try
        {
            var read = await _transfer.Data.Stream.ReadAsync(buffer, _idle.Token).ConfigureAwait(false);
            _count += read;
            _ended = read == 0;
            return read;
        }
        catch (IOException e)
        {
            throw Broken($"broke off {Command} after {Bytes(_count)}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken($"sent nothing more of {Command} for {timeout.TotalSeconds:0.#} s, after {Bytes(_count)}.", e);
        }
        finally
        {
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>
    /// After an early close servers owe one reply: 426 from vsftpd, ProFTPD and pyftpdlib. Pure-FTPd says 150 once more and nothing else,
    /// so that NOOP's 200 lands on the transfer: that connection is thrown away, as is one that takes too long.
    /// </summary>
    private async Task DrainAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(GiveUpWithin);
            var noop = _transfer.Control.SendAsync(new FtpCommand("NOOP"), deadline.Token);
            await Task.WhenAll(AwaitLateReplyAsync(deadline.Token), noop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UpdateException or OperationCanceledException or ObjectDisposedException)
        {
            _server.Options.Log.LogDebug("{Server}: connection dropped with {Command}: {Reason}", _server.Address, Command, e.Message);
            _transfer.Control.Poison(e);
        }
    }

    private async Task AwaitLateReplyAsync(CancellationToken ct)
    {
        var reply = await _transfer.Exchange.Final.WaitAsync(ct).ConfigureAwait(false);
        if (reply.Code == 200)
            _transfer.Control.Poison(_server.Unreachable($"answered out of order after {Command} was given up."));
    }

    private UnreachableException Broken(string what, Exception? inner)
    {
        // The server may have said why.
        var word = _transfer.Exchange.Final.IsCompletedSuccessfully ? $" It said {_transfer.Exchange.Final.Result}." : "";
        var failure = _server.Unreachable(what + word, inner);
        _failed = true;
        _transfer.Control.Poison(failure);
        return failure;
    }

    private void Release() => Interlocked.Exchange(ref _lease, null)?.Dispose();

    // "150 Opening BINARY mode data connection for x (1024 bytes)." With REST, vsftpd tells the whole size, ProFTPD what is left.
    // Pure-FTPd's "123.4 kbytes to download" is rounded and of no use.
    private static long? Announced(FtpReply reply)
    {
        var match = SizeInReply().Match(reply.Text);
        return match.Success && reply.IsPreliminary ? FtpTimes.Size(match.Groups[1].ValueSpan) : null;
    }

    private static string Bytes(long count) => count.ToString("N0", CultureInfo.InvariantCulture) + " bytes";

    [GeneratedRegex(@"\(([0-9]{1,18}) bytes\)", RegexOptions.CultureInvariant | RegexOptions.RightToLeft)]
    private static partial Regex SizeInReply();
}
