namespace AppUpdater;

/// <summary>What every failure of an update derives from. The message says what failed, on which file or host, and what to do.</summary>
public abstract class UpdateException : Exception
{
    private protected UpdateException(string message, Exception? inner) : base(message, inner)
    {
    }
}
