using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Windows;

/// <summary>
/// Everything that runs from the install is ended at a moment that chance draws; then the app is started as a user would, by its own
/// executable, which may be the gate, or by the swap's bootstrapper.
/// </summary>
internal sealed class WineKills(Wine wine, Random chance)
{
    /// <summary>From the start of the process, most of it before the first change and after the last.</summary>
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(1.5);

    /// <summary>From the moment when the journal bears a state; a swap of this size takes some tens of milliseconds more.</summary>
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(250);

    /// <summary>A cut while the new version is put in place, or somewhere around it.</summary>
    internal async Task<string?> ApplyAsync(WineScene scene, bool atWork, CancellationToken ct)
    {
        var when = await CutAsync(scene, scene.Bootstrapper, scene.Apply(), atWork ? SwapState.Applying : null, ct).ConfigureAwait(false);
        return await NextStartAsync(scene, when, ct).ConfigureAwait(false);
    }

    /// <summary>The new version ends badly; a cut while the old one is put back.</summary>
    internal async Task<string?> UndoAsync(WineScene scene, CancellationToken ct)
    {
        var when = await CutAsync(scene, scene.Bootstrapper, scene.Apply(), SwapState.Undoing, ct).ConfigureAwait(false);
        return await NextStartAsync(scene, when, ct).ConfigureAwait(false);
    }

    /// <summary>A cut, and another one in the start that takes up what the first one left.</summary>
    internal async Task<string?> RecoveryAsync(WineScene scene, CancellationToken ct)
    {
        var first = await CutAsync(scene, scene.Bootstrapper, scene.Apply(), SwapState.Applying, ct).ConfigureAwait(false);
        var second = await CutAsync(scene, scene.Entry, WineScene.Arguments, null, ct).ConfigureAwait(false);
        return await NextStartAsync(scene, $"{first}, then {second}", ct).ConfigureAwait(false);
    }

    private async Task<string> CutAsync(WineScene scene, string program, string[] arguments, SwapState? at, CancellationToken ct)
    {
        using var process = wine.Start(Wine.Windows(program), arguments);
        if (at is { } state)
            await WineScene.UntilAsync(() => scene.IsAt(state) || process.HasExited, ct).ConfigureAwait(false);
        var delay = (at is null ? Whole : Work) * chance.NextDouble();
        await Task.Delay(delay, ct).ConfigureAwait(false);
        var before = scene.State();
        if (!await scene.KillAllAsync(ct).ConfigureAwait(false))
            throw new InvalidOperationException("What was killed still runs.");
        return $"cut {delay.TotalMilliseconds:0} ms after {at?.ToString() ?? "the start"}, {before?.ToString() ?? "no journal"} then";
    }

    private async Task<string?> NextStartAsync(WineScene scene, string when, CancellationToken ct)
    {
        if (!File.Exists(scene.Entry))
            return $"{when}: the entry was missing";
        var runs = scene.Runs().Length;
        var byEntry = chance.Next(2) == 0 || !File.Exists(scene.Bootstrapper);
        await wine.RunAsync(Wine.Windows(byEntry ? scene.Entry : scene.Bootstrapper), byEntry ? WineScene.Arguments : scene.Recover(), ct).ConfigureAwait(false);
        if (!await scene.QuietAsync(ct).ConfigureAwait(false))
            return $"{when}: processes still run minutes after the next start; {scene.Told()}";
        when += byEntry ? ", started by its executable" : ", started by the bootstrapper";
        if (scene.State() is { } state and not SwapState.Prepared)
            return $"{when}: the swap is still there; {scene.Told()} {state}";
        if (scene.Runs().Length == runs)
            return $"{when}: the app was not started; {scene.Told()}";
        return scene.Problem(tree: null) is { } problem ? $"{when}: {problem}" : null;
    }
}
