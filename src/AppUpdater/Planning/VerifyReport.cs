using System.Collections.Immutable;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>What lies in an install compared with what was installed. Paths are below the install, with slashes, sorted. Immutable.</summary>
public sealed class VerifyReport
{
    internal VerifyReport(NuGetVersion version, ImmutableArray<string> wrong, ImmutableArray<string> missing, ImmutableArray<string> foreign) =>
        (Version, Wrong, Missing, Foreign) = (version, wrong, missing, foreign);

    /// <summary>The installed version.</summary>
    public NuGetVersion Version { get; }

    /// <summary>Files of the app with other bytes than were installed: damaged, or changed by the user.</summary>
    public ImmutableArray<string> Wrong { get; }

    /// <summary>Files of the app that are not there.</summary>
    public ImmutableArray<string> Missing { get; }

    /// <summary>Files that no update installed. The settings, the keys, what <c>protect</c> names and the updater's own folder are not listed.</summary>
    public ImmutableArray<string> Foreign { get; }

    /// <summary>Whether every file of the app is as it was installed.</summary>
    public bool IsWhole => Wrong.IsEmpty && Missing.IsEmpty;
}
