namespace AppUpdater.Bootstrapper;

/// <summary>Listens for a key, from its opening to its end. What was typed before is the app's.</summary>
internal interface IKeys : IDisposable
{
    /// <summary>Whether a key was pressed since; it is taken away, as nobody meant it for the app.</summary>
    bool IsPressed();
}
