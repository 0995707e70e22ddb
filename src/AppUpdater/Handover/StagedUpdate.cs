using System.Collections.Immutable;
using AppUpdater.Planning;
using NuGet.Versioning;

namespace AppUpdater.Handover;

/// <summary>
/// An update (or a rollback) that is ready: fetched, verified, backed up, its swap prepared and durable on disk. Nothing of the app has
/// changed yet; dropped here, it stays pending and is taken up again.
/// </summary>
public sealed record StagedUpdate
{
    internal StagedUpdate()
    {
    }

    /// <summary>The installed version; null where none is known.</summary>
    public NuGetVersion? From { get; internal init; }

    /// <summary>The version it leads to; null where a rollback leads to before the first known version.</summary>
    public NuGetVersion? To { get; internal init; }

    /// <summary>Every file that changes. Where the server changed while staging, these are the newer plan's.</summary>
    public ImmutableArray<PlannedChange> Changes { get; internal init; } = [];

    /// <summary>Bytes that travelled for it.</summary>
    public long BytesFetched { get; internal init; }

    /// <summary>The backup's full path, or null where none was asked for or nothing had to be kept.</summary>
    public string? Backup { get; internal init; }

    internal string SwapId { get; init; } = "";
}
