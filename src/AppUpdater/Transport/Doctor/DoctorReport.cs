using System.Collections.Immutable;

namespace AppUpdater.Transport.Doctor;

internal enum DoctorMark { Good, Note, Wrong }

/// <summary>One thing found out. <see cref="Advice"/>: what to do about it, null where nothing is to be done.</summary>
internal sealed record DoctorFinding(DoctorMark Mark, string Subject, string What, string? Advice = null);

/// <summary>How long a step took.</summary>
internal sealed record DoctorTiming(string Step, TimeSpan Took);

/// <summary>What could not be found out, and why.</summary>
internal sealed record DoctorGap(string Step, string Reason);

/// <summary>What is told of a place. No password is in it.</summary>
internal sealed record DoctorReport
{
    /// <summary>The URL, without user and password.</summary>
    internal required string Place { get; init; }

    internal required ImmutableArray<DoctorFinding> Findings { get; init; }

    internal ImmutableArray<DoctorTiming> Timings { get; init; } = [];

    /// <summary>Lines of dato.ini that fit this place; none where it could not be used.</summary>
    internal ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>What ended the examination before anything could be used; null where nothing did.</summary>
    internal UpdateException? Failure { get; init; }

    /// <summary>Something could not be found out; a finding says what and why.</summary>
    internal bool IsPartial { get; init; }
}

/// <summary>What is to be examined, and how far.</summary>
internal sealed record DoctorRequest(TransportOptions Options)
{
    /// <summary>How many connections are tried at most: 1 to 64.</summary>
    internal int Connections { get; init; } = 8;

    /// <summary>Whether a small file may be written and removed there to see what the account can.</summary>
    internal bool MayWrite { get; init; }

    /// <summary>Such a file's name, another each time.</summary>
    internal static RelativePath TemporaryFile() => RelativePath.Parse($".appupdater-doctor-{Guid.NewGuid():N}.tmp");
}
