namespace AppUpdater.Transport.Ftp;

/// <summary>A time as a listing shows it: UTC, or by the server's clock on the wall (its kind is unspecified either way).</summary>
internal readonly record struct FtpWallTime(DateTime Value, TimeSpan Precision, bool IsUtc);

/// <summary>
/// One line of a listing. The name is as sent, each byte a character, until <see cref="FtpNames"/> has read it. Nothing of it is trusted yet.
/// </summary>
internal sealed record FtpEntry(string Name, RemoteEntryKind Kind, long? Size, FtpWallTime? Time)
{
    /// <summary>The folder itself or the one above, which servers list as they like.</summary>
    internal bool IsSelfOrParent => Kind == RemoteEntryKind.Directory && Name is ("." or "..");
}
