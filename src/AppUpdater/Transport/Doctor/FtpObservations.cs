using System.Collections.Immutable;

namespace AppUpdater.Transport.Doctor;

/// <summary>Whether the account can write.</summary>
internal enum WriteAccessSeen { NotTried, CanNotWrite, CanWrite, LeftBehind }

/// <summary>AUTH TLS, or TLS from the start. <see cref="Refusal"/>: what the server said instead.</summary>
internal sealed record TlsSeen
{
    internal string? Refusal { get; init; }
    internal string? Version { get; init; }
    internal string Subject { get; init; } = "";
    internal string Issuer { get; init; } = "";
    internal DateTimeOffset Expires { get; init; }

    /// <summary>SHA-256, 64 hex digits.</summary>
    internal string Fingerprint { get; init; } = "";

    /// <summary>Why the certificate is not accepted; null where it is.</summary>
    internal string? Problem { get; init; }
}

/// <summary>The folder's listing. <see cref="ZoneOffset"/>: of LIST's times, null where they are UTC or could not be measured.</summary>
internal sealed record ListingSeen(bool IsMlsd, int Entries, bool HasVersionFile, bool IsAscii, bool IsUtf8, TimeSpan? ZoneOffset);

/// <summary>The replies to EPSV and PASV. <see cref="OtherAddress"/>: the one that PASV names, where it is not the server's.</summary>
internal sealed record PassiveSeen(bool Epsv, bool Pasv, string? OtherAddress);

/// <summary>Part of a file read from an offset: how many bytes came and how many should have.</summary>
internal sealed record ResumeSeen(long Expected, long Received);

/// <summary>How many logins stood at once, and what the server said to one more; null where the limit tried was reached.</summary>
internal sealed record ConnectionsSeen(int Open, string? Refusal);

/// <summary>All that the probes of an FTP server found; null where one had nothing to look at or failed.</summary>
internal sealed record FtpObservations
{
    internal required RemoteLocation Location { get; init; }

    internal required string User { get; init; }

    /// <summary>Names of FEAT, in upper case; null where the server has no FEAT.</summary>
    internal ImmutableHashSet<string>? Features { get; init; }

    internal TlsSeen? Tls { get; init; }
    internal ListingSeen? Listing { get; init; }
    internal PassiveSeen? Passive { get; init; }
    internal ResumeSeen? Resume { get; init; }
    internal bool? KeepsOrder { get; init; }
    internal ConnectionsSeen? Connections { get; init; }
    internal WriteAccessSeen Writing { get; init; }

    /// <summary>What ended the examination: nothing behind it was tried.</summary>
    internal UpdateException? Failure { get; init; }

    /// <summary>Probes that could not be carried out, with the reason.</summary>
    internal ImmutableArray<(string Probe, string Reason)> Skipped { get; init; } = [];

    internal ImmutableArray<DoctorTiming> Timings { get; init; } = [];
}
