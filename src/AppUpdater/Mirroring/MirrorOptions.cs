using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Mirroring;

/// <summary>What a mirror works on and how. Immutable.</summary>
public sealed record MirrorOptions
{
    /// <summary>The server's folder: ftp, ftps, http, https (to pull from), or a folder.</summary>
    public required string Url { get; init; }

    /// <summary>The local folder, a full path.</summary>
    public required string Directory { get; init; }

    /// <summary>Null: the URL's, or anonymous.</summary>
    public string? User { get; init; }

    /// <summary>Never shown or logged.</summary>
    public string? Password { get; init; }

    /// <summary>A file of certificates (PEM) that the server's may be issued by; null: the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The SHA-256 of the server's certificate, as hex digits; null: it is checked the usual way.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Transfers at once, 1 to 64; a server's own limit is found and kept to.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Bytes a second for all transfers together; null is unlimited.</summary>
    public long? Rate { get; init; }

    /// <summary>What the mirror deals with.</summary>
    public MirrorFilter Filter { get; init; } = MirrorFilter.Everything;

    /// <summary>Remove at the destination what the source no longer has: only what this mirror itself brought there.</summary>
    public bool Delete { get; init; }

    /// <summary>The most files that one run may remove; null: a tenth of what the mirror knows, and at least 20.</summary>
    public int? MaxDelete { get; init; }

    /// <summary>Follow symbolic links of the local tree, never out of it.</summary>
    public bool FollowLinks { get; init; }

    /// <summary>Pull: what was fetched once and taken away here since is not fetched again, unless its size or time changes on the server.</summary>
    public bool Remember { get; init; }

    /// <summary>Pull: fetch only what two listings, so long apart, show unchanged; null: fetch what is there.</summary>
    public TimeSpan? Settle { get; init; }

    /// <summary>Pull: a glob of the marker that makes a folder ready; null: every folder is.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>Pull: a file whose bytes are at the destination already is linked or copied from there, not kept twice.</summary>
    public bool Dedupe { get; init; }

    /// <summary>Pull: stop before the destination's volume has less than so many bytes free; null: only a full disk stops it.</summary>
    public long? MinFree { get; init; }

    /// <summary>Push: names that are sent after all others, in this order.</summary>
    public ImmutableArray<string> Last { get; init; } = [];

    /// <summary>The clock of all time-outs, ages and pauses.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told what is odd.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>What the host logs to meanwhile: never fetched, sent or removed, wherever it lies.</summary>
    internal ImmutableArray<OwnLog> OwnLogs { get; init; } = [];

    /// <summary>Only plans are made: nothing is written here, not even what a mirror keeps, and a mirror at work is not disturbed.</summary>
    internal bool IsDryRun { get; init; }

    /// <summary>How often a transient failure is tried again: 0 to 10.</summary>
    internal int Retries { get; init; } = 4;

    /// <summary>First back-off, of a request and of a watch whose server is gone; doubled each time.</summary>
    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Push: a file that was written more lately is looked at twice, so long apart, and is sent where it did not change.</summary>
    internal TimeSpan Stillness { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pull: what is known of the destination's volume.</summary>
    internal Func<string, LocalVolume> Volume { get; init; } = LocalVolume.Of;

    /// <summary>Whether the destination takes upper and lower case for the same name.</summary>
    internal bool IsCaseless { get; init; } = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    /// <summary>Without URL, user and password, which belong into no log.</summary>
    public override string ToString() => $"mirror of {Directory}";
}
