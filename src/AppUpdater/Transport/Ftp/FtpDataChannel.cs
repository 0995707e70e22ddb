using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport.Ftp;

/// <summary>
/// A data connection. Opened before its transfer command is sent, secured after (ProFTPD and Pure-FTPd answer the handshake only then,
/// jlaffaye/ftp #282), and closed in the order that its direction needs.
/// </summary>
/// <param name="control">The connection that it belongs to; its TLS is used.</param>
/// <param name="socket">The connection.</param>
/// <param name="shown">For messages: "The data port 50001 of ftp.example.org:21".</param>
[SuppressMessage("Reliability", "CA2213", Justification = "The stream disposes what it goes over.")]
internal sealed class FtpDataChannel(FtpControl control, NetworkStream socket, string shown) : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// How long TLS's goodbye may take. Microsoft's server never answers it (curl #17130), and all that counts is the final reply.
    /// </summary>
    private static readonly TimeSpan PartWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ReasonWithin = TimeSpan.FromSeconds(2);

    private const int MostAfterEnd = 64 * 1024;

    private EndWatch? _watch;

    /// <summary>The bytes of the transfer.</summary>
    internal Stream Stream { get; private set; } = socket;

    /// <summary>
    /// At the end of what was read: the connection just ended, without TLS's own mark (close_notify, RFC 5246 7.2.1), so that it may have
    /// been cut by someone on the way. SslStream returns 0 for both (measured).
    /// </summary>
    internal bool IsEndUnproven => _watch is { SawEnd: true };

    /// <summary>The TLS handshake, where data is protected; call once the transfer command is sent, also where nothing is to be sent.</summary>
    /// <exception cref="UnreachableException">The handshake failed; the control connection is of no more use.</exception>
    internal async Task SecureAsync(CancellationToken ct)
    {
        if (control.Tls is not { } tls)
            return;
        _watch = new EndWatch(socket);
        try
        {
            Stream = await tls.SecureAsync(_watch, shown, ct).ConfigureAwait(false);
        }
        catch (UpdateException e)
        {
            throw await EndTransferAsync(e, ct).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// What the last reply to a transfer means where it tells that TLS on its data connection was refused; else null. The control connection
    /// is of no more use then: another one starts with a session of its own.
    /// </summary>
    internal UnreachableException? RefusalOf(FtpExchange transfer)
    {
        var refusal = transfer.Final.IsCompletedSuccessfully ? control.Tls?.Refusal(transfer.Final.Result, transfer.Command) : null;
        if (refusal is not null)
            control.Poison(refusal);
        return refusal;
    }

    /// <summary>After the last byte was read: closes, before the final reply is awaited (ProFTPD sends it only then).</summary>
    internal async ValueTask EndReadingAsync()
    {
        // vsftpd with strict_ssl_write_shutdown wants to hear it.
        if (Stream is SslStream tls)
            await PartAsync(tls.ShutdownAsync()).ConfigureAwait(false);
        await Stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>After the last byte was written: tells the server so, and closes. Whether it arrived, the final reply tells.</summary>
    internal async ValueTask EndWritingAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (Stream is SslStream tls)
            await PartAsync(EndWritingAsync(tls, ct)).ConfigureAwait(false);
        else
            EndSending();
        await Stream.DisposeAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose() => Stream.Dispose();

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    /// <summary>
    /// close_notify, which vsftpd demands (strict_ssl_read_eof) and Dispose does not send; then to the end of what the server sends: with TLS
    /// 1.3 that holds the ticket for the next data connection, and closing on unread bytes would reset the connection under the file's tail
    /// (curl #6149).
    /// </summary>
    private async Task EndWritingAsync(SslStream tls, CancellationToken ct)
    {
        await tls.ShutdownAsync().ConfigureAwait(false);
        EndSending();
        var rest = new byte[4096];
        for (var count = 0; count < MostAfterEnd;)
        {
            var read = await tls.ReadAsync(rest, ct).ConfigureAwait(false);
            if (read == 0)
                return;
            count += read;
        }
    }

    /// <summary>Hears the server's reason, which mostly comes at once, and ends the control connection.</summary>
    /// <returns>What to throw: <paramref name="failure"/>, or the reason.</returns>
    private async Task<UpdateException> EndTransferAsync(UpdateException failure, CancellationToken ct)
    {
        var transfer = control.LastTransfer ?? throw new InvalidOperationException("There was no transfer.");
        if (failure is UnreachableException)
            await ((Task)transfer.Final.WaitAsync(ReasonWithin, ct)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        control.Poison(failure);
        ct.ThrowIfCancellationRequested();
        return RefusalOf(transfer) ?? failure;
    }

    private void EndSending()
    {
        try
        {
            socket.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            control.Log.LogDebug("{Data} was closed before its end was told: {Reason}", shown, e.Message);
        }
    }

    private async Task PartAsync(Task goodbye)
    {
        try
        {
            await goodbye.WaitAsync(PartWithin).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or TimeoutException or OperationCanceledException)
        {
            control.Log.LogDebug("{Data} ended without a goodbye from both sides: {Reason}", shown, e.Message);
        }
    }
}
