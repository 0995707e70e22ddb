using System.Globalization;
using System.Text.RegularExpressions;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// What RETR or a listing sends. The order at the end is: read to the end, close the data connection, then await the final reply, since
/// ProFTPD keeps it back until the client has closed. Success is the announced count of bytes and that reply, never one alone.
/// </summary>
internal sealed partial class FtpDataStream : RemoteReadStream
{
    private readonly FtpServer _server;
    private readonly FtpTransfer _transfer;
    private readonly IdleClock _idle;
    private FtpLease? _lease;
    private Func<CancellationToken, Task<long?>>? _size;
    private Func<long, CancellationToken, Task<bool>>? _confirm;
    private long _count;
    private bool _ended;
    private bool _failed;

    internal FtpDataStream(FtpServer server, FtpTransfer transfer)
    {
        _server = server;
        _transfer = transfer;
        _idle = new IdleClock(server.Options.DataIdleTimeout, server.Options.Clock);
        AnnouncedLength = Announced(transfer.Exchange.First.Result);
    }

    internal override long? AnnouncedLength { get; }

    private string Command => _transfer.Exchange.Command;

    /// <summary>The connection goes back to its pool with the end of this stream.</summary>
    /// <param name="lease">The connection.</param>
    /// <param name="size">The whole file's size, as listed or else asked for over another connection; null where the server tells none.</param>
    /// <param name="confirm">Asks over another connection whether the file still is the one that was opened, and has so many bytes.</param>
    internal void Own(FtpLease lease, Func<CancellationToken, Task<long?>> size, Func<long, CancellationToken, Task<bool>> confirm)
    {
        _lease = lease;
        _size = size;
        _confirm = confirm;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReceiveAsync(_server.Rate.Portion(buffer), cancellationToken).ConfigureAwait(false);
        await _server.Rate.SpendAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    internal override async Task CompleteAsync(CancellationToken ct)
    {
        if (_count == _transfer.Length)
        {
            // Exactly what was asked for has come: whatever the server says to the early end takes nothing of it away.
            await FtpEarlyStop.RunAsync(_server, _transfer).ConfigureAwait(false);
            Release();
            return;
        }

        if (!_ended && await ReadAsync(new byte[1], ct).ConfigureAwait(false) > 0)
            throw Broken($"has more of {Command} than the {Bytes(_count - 1)} that were read.", null);

        await _transfer.Data.EndReadingAsync().ConfigureAwait(false);
        var reply = await FinalReplyAsync(ct).ConfigureAwait(false);
        if (reply is { IsSuccess: false })
            throw _transfer.Data.RefusalOf(_transfer.Exchange) ?? _server.Unreachable($"did not confirm {Command}: {reply}, after {Bytes(_count)}.");
        if (_transfer.Length is { } wanted)
            throw _server.Ended($"ended {Command} after {Bytes(_count)} from byte {_transfer.Offset}; {Bytes(wanted)} were asked for.");
        if (AnnouncedLength is { } length && !IsAllOf(length))
            throw _server.Unreachable($"sent {Bytes(_count)} for {Command} from byte {_transfer.Offset}, having announced {Bytes(length)}.");

        // A listing has no size: cut short, files would seem to be gone. Of a file whose size came right the missing mark is forgiven;
        // many servers leave it out.
        if (AnnouncedLength is null && _transfer.Data.IsEndUnproven)
        {
            throw _server.Unreachable(
                $"ended {Command} after {Bytes(_count)} without TLS's close_notify and named no size, so that it may have been cut short on "
                + $"the way. If that stays so, the server's TLS is at fault.");
        }

        await CheckRestAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Before completion: gives the transfer up.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (_lease is not null || _transfer.Exchange.Final is { IsCompleted: false })
        {
            if (_failed)
                await _transfer.Data.DisposeAsync().ConfigureAwait(false);
            else
                await FtpEarlyStop.RunAsync(_server, _transfer).ConfigureAwait(false);
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

    /// <summary>
    /// The reply that ends the transfer. Null where it never came but all announced bytes did, and another connection confirms the file:
    /// routers forget a control connection that was silent for the length of a transfer.
    /// </summary>
    private async Task<FtpReply?> FinalReplyAsync(CancellationToken ct)
    {
        try
        {
            return await _transfer.Control.WaitAsync(
                _transfer.Exchange.Final, $"{Command} with its final word", _server.Options.FinalReplyTimeout, ct).ConfigureAwait(false);
        }
        catch (UnreachableException e) when (_confirm is not null && AnnouncedLength is { } length && IsAllOf(length))
        {
            // Given back before another is asked for: a pool of one would wait for ever.
            Release();
            if (!await _confirm(_transfer.Offset + _count, ct).ConfigureAwait(false))
                throw _server.Unreachable($"never confirmed {Command}, and the file is another by now.", e);
            return null;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// A server that takes REST and sends the whole file all the same: its own count agrees with what came, and only the file's size tells
    /// that this is more than there is from the offset on. Not asked for where the whole size was announced.
    /// </summary>
    private async Task CheckRestAsync(CancellationToken ct)
    {
        if (_transfer.Offset == 0 || _count == 0 || _size is null || AnnouncedLength == _transfer.Offset + _count)
            return;
        if (await _size(ct).ConfigureAwait(false) is { } whole && _count > whole - _transfer.Offset)
        {
            throw _server.Unreachable(
                $"sent {Bytes(_count)} for {Command} from byte {_transfer.Offset}, of a file of {Bytes(whole)}: it may ignore REST. Read the file from its start.");
        }
    }

    /// <summary>Servers announce the whole file's size or what is left of it from the offset on.</summary>
    private bool IsAllOf(long announced) => _count == announced || _count == announced - _transfer.Offset;

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_transfer.Length is { } length && length - _count < buffer.Length)
            buffer = buffer[..(int)(length - _count)];
        if (_ended || buffer.IsEmpty)
            return 0;
        try
        {
            using var wait = _idle.Begin(cancellationToken);
            var read = await _transfer.Data.Stream.ReadAsync(buffer, wait.Token).ConfigureAwait(false);
            wait.Add(read);
            _count += read;
            _ended = read == 0;
            return read;
        }
        catch (IOException e)
        {
            throw Broken($"broke off {Command} after {Bytes(_count)}: {Wording.Of(e)}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken($"sent {_idle.Passed} more of {Command} for {_server.Options.DataIdleTimeout.TotalSeconds:0.#} s, after {Bytes(_count)}.", e);
        }
    }

    private UnreachableException Broken(Wording what, Exception? inner)
    {
        // The server may have said why.
        if (_transfer.Exchange.Final.IsCompletedSuccessfully)
            what = $"{what} It said {_transfer.Exchange.Final.Result}.";
        var failure = _server.Unreachable(what, inner);
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
