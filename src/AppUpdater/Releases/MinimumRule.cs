using NuGet.Versioning;

namespace AppUpdater.Releases;

/// <summary>What an app's start is told of <c>minimum</c>.</summary>
internal enum MinimumVerdict
{
    /// <summary>It starts.</summary>
    Start,

    /// <summary>It is too old and starts all the same: nobody signed for the minimum.</summary>
    StartUnsigned,

    /// <summary>It does not start until it is updated.</summary>
    HoldBack,
}

/// <summary>What is known when an app is about to start un-updated.</summary>
internal sealed record MinimumFacts
{
    /// <summary><c>enforce_minimum</c> of dato.ini.</summary>
    internal required bool IsEnforced { get; init; }

    /// <summary>Whether keys that this install trusts have signed <see cref="Minimum"/>; that there is a signature does not do.</summary>
    internal required bool IsSigned { get; init; }

    /// <summary>The oldest version that may run; null where the publisher names none.</summary>
    internal required NuGetVersion? Minimum { get; init; }

    /// <summary>What would start; null where no version is known.</summary>
    internal required NuGetVersion? Installed { get; init; }
}

/// <summary>
/// Whether an app may start without the update that its publisher demands. Pure. Only a signed word can hold it back: who sits on the line, or
/// writes to the server, must not be able to switch an app off.
/// </summary>
internal static class MinimumRule
{
    internal static MinimumVerdict Judge(MinimumFacts facts)
    {
        var isTooOld = facts.Minimum is { } minimum && !(facts.Installed >= minimum);
        return !isTooOld || !facts.IsEnforced ? MinimumVerdict.Start
            : facts.IsSigned ? MinimumVerdict.HoldBack
            : MinimumVerdict.StartUnsigned;
    }
}
