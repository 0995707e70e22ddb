namespace AppUpdater.Mirroring;

/// <summary>A mirror of either direction. See <see cref="MirrorPull"/> and <see cref="MirrorPush"/> for what it throws.</summary>
internal interface IMirror : IAsyncDisposable
{
    Task<MirrorPlan> PlanAsync(CancellationToken ct = default);

    Task<MirrorReport> ExecuteAsync(MirrorPlan plan, IProgress<MirrorEvent>? progress = null, CancellationToken ct = default);
}
