namespace AppUpdater.Staging;

/// <summary>Where an update stands.</summary>
public enum UpdatePhase
{
    /// <summary>Files come from the server.</summary>
    Download,

    /// <summary>The server is asked again whether anything changed meanwhile.</summary>
    Verify,

    /// <summary>What will be replaced is zipped.</summary>
    Backup,

    /// <summary>The swap's journal is written.</summary>
    Prepare,
}

/// <summary>
/// One step of progress, reported synchronously from the thread that does the work; a handler that blocks slows the update.
/// </summary>
/// <param name="Phase">What is being done.</param>
/// <param name="File">The file in hand, or null.</param>
/// <param name="Bytes">Bytes done in this phase, those of an earlier cut run included.</param>
/// <param name="TotalBytes">Bytes of this phase in all.</param>
/// <param name="BytesPerSecond">The rate of the last seconds; 0 until one is known.</param>
public sealed record UpdateProgress(UpdatePhase Phase, string? File, long Bytes, long TotalBytes, double BytesPerSecond);
