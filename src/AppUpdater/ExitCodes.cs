namespace AppUpdater;

/// <summary>What the exit codes of <c>appupdater</c> and of the bootstrapper mean. An app that was started gives its own code back.</summary>
public static class ExitCodes
{
    /// <summary>Done, or nothing to do.</summary>
    public const int Done = 0;

    /// <summary>A defect of the updater itself: the message is a stack trace.</summary>
    public const int Defect = 1;

    /// <summary>The command line can't be understood.</summary>
    public const int Usage = 2;

    /// <summary>dato.ini, version.ini or mirror.ini is missing or invalid.</summary>
    public const int Settings = 3;

    /// <summary>The server can't be reached, refuses, or lacks what was asked for.</summary>
    public const int Server = 4;

    /// <summary>What came from the server or lies on disk is corrupt or hostile.</summary>
    public const int Untrusted = 5;

    /// <summary>The local disk, a permission or a lock is in the way; <c>mirror push</c>: the folder is missing or suddenly empty.</summary>
    public const int Disk = 6;

    /// <summary>The swap was undone: the old version is back, or an undo is blocked.</summary>
    public const int Undone = 7;

    /// <summary>Done in part; the message says what is left. <c>mirror</c>: some files failed, or removals were held back.</summary>
    public const int Partial = 8;

    /// <summary><c>check</c>: an update is available.</summary>
    public const int UpdateAvailable = 10;

    /// <summary><c>verify</c>: files are wrong or missing.</summary>
    public const int Damaged = 11;

    /// <summary>Cancelled by the user (128 + SIGINT).</summary>
    public const int Cancelled = 130;

    /// <summary>The exit code that a failure stands for.</summary>
    public static int For(Exception failure) => failure switch
    {
        SettingsException => Settings,
        UnreachableException or MissingException => Server,
        UntrustedException => Untrusted,
        InstallException or IOException or UnauthorizedAccessException => Disk,
        OperationCanceledException => Cancelled,
        _ => Defect,
    };
}
