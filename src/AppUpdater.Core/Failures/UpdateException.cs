namespace AppUpdater;

/// <summary>What every failure of an update derives from. The message says what failed, on which file or host, and what to do.</summary>
public abstract class UpdateException : Exception, IWorded
{
    private protected UpdateException(string message, Exception? inner) : base(message, inner) => Wording = message;

    private protected UpdateException(Wording wording, Exception? inner) : base(wording.ToString(), inner) => Wording = wording;

    /// <summary>The message, such that it can be said in another language.</summary>
    internal Wording Wording { get; }

    Wording IWorded.Wording => Wording;
}
