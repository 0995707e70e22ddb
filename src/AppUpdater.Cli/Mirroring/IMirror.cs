using AppUpdater.Mirroring;

#pragma warning disable CA2000 // what is opened is disposed with the mirror
namespace AppUpdater.Cli.Mirroring;

/// <summary>A mirror of either direction, as a run needs it. See <see cref="MirrorPull"/> and <see cref="MirrorPush"/> for what it throws.</summary>
internal interface IMirror : IAsyncDisposable
{
    Task<MirrorPlan> PlanAsync(CancellationToken ct);

    Task<MirrorReport> ExecuteAsync(MirrorPlan plan, IProgress<MirrorEvent> progress, CancellationToken ct);
}

/// <summary>Opens a job's mirror.</summary>
internal static class Mirrors
{
    /// <exception cref="SettingsException">An option is wrong; the message names it.</exception>
    internal static IMirror Open(MirrorJob job) => job.Direction == MirrorDirection.Pull
        ? new Pull(MirrorPull.Open(job.OptionsAt(job.Options.Clock.GetUtcNow())))
        : new Push(MirrorPush.Open(job.OptionsAt(job.Options.Clock.GetUtcNow())));

    private sealed class Pull(MirrorPull mirror) : IMirror
    {
        public Task<MirrorPlan> PlanAsync(CancellationToken ct) => mirror.PlanAsync(ct);

        public Task<MirrorReport> ExecuteAsync(MirrorPlan plan, IProgress<MirrorEvent> progress, CancellationToken ct) => mirror.ExecuteAsync(plan, progress, ct);

        public ValueTask DisposeAsync() => mirror.DisposeAsync();
    }

    private sealed class Push(MirrorPush mirror) : IMirror
    {
        public Task<MirrorPlan> PlanAsync(CancellationToken ct) => mirror.PlanAsync(ct);

        public Task<MirrorReport> ExecuteAsync(MirrorPlan plan, IProgress<MirrorEvent> progress, CancellationToken ct) => mirror.ExecuteAsync(plan, progress, ct);

        public ValueTask DisposeAsync() => mirror.DisposeAsync();
    }
}
