namespace AppUpdater;

/// <summary>dato.ini or version.ini says something that can't be understood or is not allowed. Names the file and the key.</summary>
public sealed class SettingsException : UpdateException
{
    /// <summary>Describes the failure: what, on which file or host, and what to do.</summary>
    public SettingsException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    internal SettingsException(Wording wording, Exception? inner = null) : base(wording, inner)
    {
    }
}
