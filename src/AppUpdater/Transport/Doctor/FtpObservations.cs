using System.Collections.Immutable;
using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>The folder's listing.</summary>
/// <param name="IsMlsd">Exact sizes and times (RFC 3659), else LIST.</param>
/// <param name="Entries">How many.</param>
/// <param name="HasVersionFile">version.ini is among them.</param>
internal sealed record ListingSeen(bool IsMlsd, int Entries, bool HasVersionFile)
{
    internal FtpNamesSeen Names { get; init; }

    /// <summary>Of LIST's times; null where they are UTC anyway, or could not be measured.</summary>
    internal TimeSpan? ZoneOffset { get; init; }
}

/// <summary>The replies to EPSV and PASV. <see cref="OtherAddress"/>: the one that PASV names, where it is not the server's.</summary>
internal sealed record PassiveSeen(bool Epsv, bool Pasv, string? OtherAddress);

/// <summary>Part of a file read from an offset: how many bytes came and how many should have.</summary>
internal sealed record ResumeSeen(long Expected, long Received);

/// <summary>How many logins stood at once, and what the server said to one more; null where the limit tried was reached.</summary>
internal sealed record ConnectionsSeen(int Open, string? Refusal);

/// <summary>A login over TLS with a listing and two transfers, where the URL has none: <see cref="Failure"/> is null where all of it worked.</summary>
internal sealed record ProtectionSeen(TlsVersion Highest, string? Failure);

/// <summary>All that the probes of an FTP server found; null where one had nothing to look at or failed.</summary>
internal sealed record FtpObservations : ServerObservations
{
    internal required string User { get; init; }

    /// <summary>What the server says first.</summary>
    internal string? Greeting { get; init; }

    /// <summary>Names of FEAT, in upper case; null where the server has no FEAT.</summary>
    internal ImmutableHashSet<string>? Features { get; init; }

    internal ProtectionSeen? Protection { get; init; }
    internal ListingSeen? Listing { get; init; }
    internal PassiveSeen? Passive { get; init; }
    internal ResumeSeen? Resume { get; init; }

    /// <summary>Replies to commands sent together come in their order.</summary>
    internal bool? KeepsOrder { get; init; }

    /// <summary>A transfer ends before the command behind it is answered, so that the next can be prepared meanwhile.</summary>
    internal bool? PreparesNext { get; init; }

    internal ConnectionsSeen? Connections { get; init; }
    internal WritingSeen? Writing { get; init; }
}
