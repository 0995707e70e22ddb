namespace AppUpdater.Transport.Ftp;

/// <summary>
/// Who expects which reply on one control connection. Replies come in the order of the commands; a transfer may have one command behind
/// it that was sent along, and then it shows whether the server keeps that order. Safe for concurrent use.
/// </summary>
internal sealed class FtpReplyQueue(FtpServer server)
{
    private readonly Lock _gate = new();
    private readonly Queue<FtpExchange> _expected = new();
    private FtpExchange? _transfer;
    private FtpExchange? _follower;
    private Exception? _end;
    private volatile FtpReply? _farewell;

    /// <summary>The transfer under way, or the one before.</summary>
    internal FtpExchange? LastTransfer { get; private set; }

    internal FtpControlState State
    {
        get
        {
            lock (_gate)
                return _end is not null ? FtpControlState.Poisoned : _transfer is not null ? FtpControlState.InTransfer : FtpControlState.Ready;
        }
    }

    /// <summary>The 421 that ended it, or null.</summary>
    internal FtpReply? Farewell => _farewell;

    /// <summary>" while the answer to X was awaited", or nothing.</summary>
    internal Wording Awaited
    {
        get
        {
            lock (_gate)
                return _expected.TryPeek(out var exchange) ? (Wording)$" while the answer to {exchange.Command} was awaited" : "";
        }
    }

    /// <param name="exchanges">What is about to be sent in one write.</param>
    /// <param name="isTransfer">The first uses a data connection; at most one, NOOP or EPSV, follows it.</param>
    /// <exception cref="UnreachableException">The connection has ended.</exception>
    internal void Expect(FtpExchange[] exchanges, bool isTransfer)
    {
        lock (_gate)
        {
            if (_end is not null)
                throw server.Unreachable($"is no longer connected: {Wording.Of(_end)}", _end);
            if (_transfer is not null && exchanges.Any(exchange => exchange.Command != "NOOP"))
                throw new InvalidOperationException($"{exchanges[0].Command} was sent during {_transfer.Command}.");
            foreach (var exchange in exchanges)
                _expected.Enqueue(exchange);
            if (isTransfer)
                (_transfer, LastTransfer, _follower) = (exchanges[0], exchanges[0], exchanges.Length > 1 ? exchanges[1] : null);
        }
    }

    /// <summary>Hands a reply to whoever expects it; what makes the connection useless comes back.</summary>
    internal UnreachableException? Take(FtpReply reply)
    {
        // Before anybody learns of the reply.
        if (reply.Code == 421)
            _farewell = reply;
        lock (_gate)
        {
            if (!_expected.TryPeek(out var exchange))
            {
                if (reply.Code != 421)
                    return server.Unreachable($"sent {reply} unasked.");
            }
            else if (IsOutOfOrder(exchange, reply))
            {
                if (exchange is not { IsGivenUp: true })
                    server.Order.Lose();
                if (exchange != _transfer || _follower!.Command != "NOOP")
                    return server.Unreachable($"sent {reply} before it had ended {exchange.Command}.");
                Overtake(reply);
            }
            else if (exchange.Take(reply))
            {
                _expected.Dequeue();
                _transfer = exchange == _transfer ? null : _transfer;
                _follower = exchange == _follower ? null : _follower;
            }
        }

        // 421 comes with the end of the connection, also unasked (RFC 959 4.2).
        return reply.Code == 421 ? server.Unreachable($"is closing the connection: {reply}") : null;
    }

    /// <summary>Whoever still waits gets the cause. False where it had ended before.</summary>
    internal bool End(Exception cause)
    {
        FtpExchange[] left;
        lock (_gate)
        {
            if (_end is not null)
                return false;
            _end = cause;
            left = [.. _expected];
            _expected.Clear();
        }

        foreach (var exchange in left)
            exchange.Fail(cause);
        return true;
    }

    // A transfer ends well with 226 or 250 (RFC 959 5.4); 200, 227 and 229 are what NOOP and EPSV get.
    private bool IsOutOfOrder(FtpExchange exchange, FtpReply reply) => reply.IsSuccess && _follower is not null
        && (exchange == _transfer ? reply.Code is not (226 or 250) : exchange == _follower && reply.Code is not (200 or 227 or 229));

    /// <summary>NOOP's reply has come before that of the transfer, as asynchronous servers send it: nothing is lost by it.</summary>
    private void Overtake(FtpReply reply)
    {
        var later = _expected.Where(exchange => exchange != _follower).ToArray();
        _expected.Clear();
        foreach (var exchange in later)
            _expected.Enqueue(exchange);
        _follower!.Take(reply);
        _follower = null;
    }
}
