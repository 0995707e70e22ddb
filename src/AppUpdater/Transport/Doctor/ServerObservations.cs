using System.Collections.Immutable;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Doctor;

/// <summary>What is found out of a server of any kind; null where there was nothing to look at or it failed.</summary>
internal abstract record ServerObservations
{
    /// <summary>Where all of it was looked at.</summary>
    internal required RemoteLocation Location { get; init; }

    internal required ServerSettings Given { get; init; }

    internal bool HasPassword { get; init; }

    internal TlsSeen? Tls { get; init; }

    /// <summary>What ended the examination: nothing behind it was tried.</summary>
    internal UpdateException? Failure { get; init; }

    /// <summary>Probes that could not be carried out, with the reason.</summary>
    internal ImmutableArray<DoctorGap> Skipped { get; init; } = [];

    internal ImmutableArray<DoctorTiming> Timings { get; init; } = [];
}
