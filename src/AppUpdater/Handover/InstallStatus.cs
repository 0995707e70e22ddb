using System.Collections.Immutable;
using NuGet.Versioning;

namespace AppUpdater.Handover;

/// <summary>An install at rest, as <c>appupdater status</c> prints it.</summary>
/// <param name="App">The app's id.</param>
/// <param name="Version">The installed version; null where none is known.</param>
/// <param name="Files">How many files the updater owns.</param>
/// <param name="Pending">The version of a prepared update that was not applied yet, or null.</param>
/// <param name="OnProbation">The version that has yet to prove itself, or null.</param>
/// <param name="Backups">Full paths, newest first.</param>
/// <param name="Refused">Releases that are not offered again: undone or rolled back from.</param>
/// <param name="LastSwap">What became of the last swap.</param>
/// <param name="EarlierSwaps">What became of those before, newest first, at most 19.</param>
public sealed record InstallStatus(
    string App,
    NuGetVersion? Version,
    int Files,
    string? Pending,
    string? OnProbation,
    ImmutableArray<string> Backups,
    ImmutableArray<string> Refused,
    SwapOutcome? LastSwap,
    ImmutableArray<SwapOutcome> EarlierSwaps);
