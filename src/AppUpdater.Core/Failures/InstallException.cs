namespace AppUpdater;

/// <summary>The local machine is in the way: no space, no permission, a file in use, another updater at work, a piece of the install missing.</summary>
public sealed class InstallException : UpdateException
{
    /// <summary>Describes the failure: what, on which file or host, and what to do.</summary>
    public InstallException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal InstallException(Wording wording, Exception? inner = null) : base(wording, inner)
    {
    }
}
