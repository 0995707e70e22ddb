namespace AppUpdater;

/// <summary>The server answered, and what was asked for is not there. Asking again will not help; another place for the same release may.</summary>
public sealed class MissingException : UpdateException
{
    /// <summary>Describes the failure: what, on which file or host, and what to do.</summary>
    public MissingException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal MissingException(Wording wording, Exception? inner = null) : base(wording, inner)
    {
    }
}
