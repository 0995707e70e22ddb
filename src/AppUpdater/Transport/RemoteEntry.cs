namespace AppUpdater.Transport;

internal enum RemoteEntryKind { File, Directory, Other }

/// <summary>One entry of a listing, its path relative to the location. Size in bytes, null where the server does not tell.</summary>
internal sealed record RemoteEntry(RelativePath Path, RemoteEntryKind Kind, long? Size, RemoteTime? Modified);
