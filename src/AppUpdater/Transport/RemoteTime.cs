namespace AppUpdater.Transport;

/// <summary>
/// A modification time as a server tells it: an instant in UTC and how coarse it is (a second for MDTM and MLSD, a minute or a day for LIST).
/// A hint, never a proof.
/// </summary>
internal readonly record struct RemoteTime(DateTimeOffset Utc, TimeSpan Precision);
