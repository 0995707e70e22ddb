namespace AppUpdater;

/// <summary>The server could not be reached, refused, or broke off. The same request may succeed later.</summary>
public sealed class UnreachableException : UpdateException
{
    /// <summary>Describes the failure: what, on which file or host, and what to do.</summary>
    public UnreachableException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal UnreachableException(Wording wording, Exception? inner = null) : base(wording, inner)
    {
    }

    internal UnreachableException(Wording wording, bool isTransient, Exception? inner = null) : base(wording, inner) =>
        IsTransient = isTransient;

    /// <summary>Whether trying again within seconds may help. A refused login is not worth a second try: it may lock the account.</summary>
    internal bool IsTransient { get; } = true;

    /// <summary>When the server wants to be asked again; null where it did not say. Hostile like all it says: to be bounded by whoever waits.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The server said that what came is all there is: then it is not the line that broke.</summary>
    internal bool IsTheServersEnd { get; init; }
}
