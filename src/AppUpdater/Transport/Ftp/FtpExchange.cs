namespace AppUpdater.Transport.Ftp;

/// <summary>A command that was sent and the replies it is owed: any number of 1xx (RFC 1123 4.1.4.4), then one other.</summary>
internal sealed class FtpExchange(string command)
{
    private readonly TaskCompletionSource<FtpReply> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<FtpReply> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _givenUp;

    /// <summary>Masked, for logs and messages.</summary>
    internal string Command => command;

    /// <summary>Its transfer was left before the end: what comes now says nothing of the server's ways.</summary>
    internal bool IsGivenUp => _givenUp;

    /// <summary>The first reply, whatever it is.</summary>
    internal Task<FtpReply> First => _first.Task;

    /// <summary>The reply that ends the exchange.</summary>
    internal Task<FtpReply> Final => _final.Task;

    /// <summary>
    /// The transfer is left before its end. From now on a 1xx ends it too: Pure-FTPd's only word on a transfer that the client broke off is a
    /// second 150 (rclone #3445).
    /// </summary>
    internal void GiveUp() => _givenUp = true;

    /// <summary>Takes a reply; true where it ends the exchange.</summary>
    internal bool Take(FtpReply reply)
    {
        _first.TrySetResult(reply);
        return (!reply.IsPreliminary || _givenUp) && _final.TrySetResult(reply);
    }

    internal void Fail(Exception cause)
    {
        _first.TrySetException(cause);
        _final.TrySetException(cause);

        // Whoever gave up waiting must not bring down the process with an exception that nobody looked at.
        _ = _first.Task.Exception;
        _ = _final.Task.Exception;
    }
}
