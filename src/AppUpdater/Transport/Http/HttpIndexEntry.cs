namespace AppUpdater.Transport.Http;

/// <summary>A name in a folder's index, decoded and not yet validated. Size in bytes and time are null where the index has none that count.</summary>
internal readonly record struct HttpIndexEntry(string Name, RemoteEntryKind Kind, long? Size = null, DateTimeOffset? Modified = null);
