namespace AppUpdater;

/// <summary>What the server or the disk holds is corrupt, hostile, or not signed by the publisher. Nothing of it is used; asking again will not help.</summary>
public sealed class UntrustedException : UpdateException
{
    /// <summary>Describes the failure: what, on which file or host, and what to do.</summary>
    public UntrustedException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal UntrustedException(Wording wording, Exception? inner = null) : base(wording, inner)
    {
    }
}
