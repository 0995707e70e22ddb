using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>What must hold right after a fault, and after the next start, when it is gone.</summary>
/// <param name="scene">The install.</param>
/// <param name="end">The version that must be there in the end; null for either.</param>
internal sealed class FaultVerdict(FaultScene scene, string? end)
{
    /// <summary>Null where all is well.</summary>
    /// <param name="run">The run that met the fault.</param>
    /// <param name="mayWait">Whether the app may stay away until the fault is gone.</param>
    internal string? RightAfter(FaultRun run, bool mayWait)
    {
        if (scene.LostOfUsers() is { } lost)
            return lost;
        if (run.Said.Contains("Unhandled", StringComparison.Ordinal) || run.Said.Contains("   at ", StringComparison.Ordinal))
            return $"a stack trace: {run.Said}";
        var version = scene.WholeVersion();
        if (version is null && !scene.IsGated)
            return $"neither version is whole, and no gate stands before it. {run.Said}";
        if (version != "2.0" && scene.Outcome is not { Reason: not null } && !run.Said.Contains("AppUpdater: ", StringComparison.Ordinal))
            return $"nothing was told, exit code {run.Code}. {run.Said}";
        if (mayWait || (scene.Runs is { Length: > 0 } runs && runs[^1] == version))
            return null;
        return $"the app was not started: version {version ?? "none, gated"}, ran {string.Join(", ", scene.Runs)}, code {run.Code}. {run.Said}";
    }

    /// <summary>The app is started as a user would; then its library does what it does at a start. Null where all is well.</summary>
    internal async Task<string?> AtNextStartAsync(CancellationToken ct)
    {
        var run = await FaultRun.OfAsync(scene, [scene.App], ct);
        if (scene.Store.Find() is { } found)
            run = await FaultRun.OfAsync(scene, [found.Bootstrapper, .. found.State == SwapState.Prepared ? scene.Apply : scene.Recover], ct);
        var version = scene.WholeVersion();
        if (scene.LostOfUsers() is { } lost)
            return $"at the next start {lost}";
        if (version is null || scene.Store.Find() is not null)
            return $"the next start left version {version ?? "none"} and the swap {scene.Store.Find()?.State}. {run.Said}";
        if (scene.Runs is not { Length: > 0 } runs || runs[^1] != version)
            return $"version {version} lies there at the next start, and what ran is {string.Join(", ", scene.Runs)}. {run.Said}";
        return end is null || version == end ? null : $"version {version} is there in the end. {run.Said}";
    }
}
