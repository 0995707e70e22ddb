namespace AppUpdater.Testing;

/// <summary>What the server does with one command instead of, or before, its usual answer. See <see cref="FtpFaults.OnCommand"/>.</summary>
public sealed record FaultAction
{
    private FaultAction()
    {
    }

    internal TimeSpan Wait { get; private init; }

    internal string? Reply { get; private init; }

    internal FaultEnd End { get; private init; }

    /// <summary>
    /// Sends this text instead of carrying out the command. It goes out as it is, so that it may be a broken reply; CR LF is added at the end.
    /// </summary>
    public static FaultAction Answer(string reply) => new() { Reply = reply, End = FaultEnd.Skip };

    /// <summary>Sends this text and closes the control connection, as a server does with 421.</summary>
    public static FaultAction AnswerAndClose(string reply) => new() { Reply = reply, End = FaultEnd.Close };

    /// <summary>Never answers; the connection stays open.</summary>
    public static FaultAction Ignore() => new() { End = FaultEnd.Skip };

    /// <summary>Closes the control connection without a word.</summary>
    public static FaultAction Close() => new() { End = FaultEnd.Close };

    /// <summary>Carries the command out, but only after this time.</summary>
    public static FaultAction Delay(TimeSpan time) => new() { Wait = time };

    /// <summary>Sends this text first, then carries the command out: one reply too many.</summary>
    public static FaultAction AnswerFirst(string reply) => new() { Reply = reply };
}

internal enum FaultEnd { GoOn, Skip, Close }
