using System.Collections.Immutable;

namespace AppUpdater.Transport.Doctor;

/// <summary>Who stands behind a certificate that is accepted: the system's authorities, that of ca_file, or its fingerprint alone.</summary>
internal enum TlsBacking { System, CaFile, Fingerprint }

/// <summary>A server's TLS, as it showed itself in a handshake. <see cref="Refusal"/>: what the server said instead.</summary>
internal sealed record TlsSeen
{
    internal string? Refusal { get; init; }

    internal string? Version { get; init; }

    /// <summary>The hosts that the certificate is for, at most five.</summary>
    internal ImmutableArray<string> Names { get; init; } = [];

    internal string Issuer { get; init; } = "";

    internal DateTimeOffset Expires { get; init; }

    /// <summary>SHA-256, 64 hex digits.</summary>
    internal string Fingerprint { get; init; } = "";

    internal TlsBacking Backing { get; init; }

    /// <summary>Why the certificate is not accepted; null where it is.</summary>
    internal string? Problem { get; init; }
}
