using AppUpdater.Planning;

namespace AppUpdater.Staging;

/// <summary>Fetches a plan's files into the staging folder. Nothing live is touched.</summary>
internal interface IFetchEngine
{
    /// <returns>Once every byte is here. The caller disposes it.</returns>
    /// <exception cref="ReleaseChangedException">The server's files are not the planned ones any more; what was fetched is kept.</exception>
    /// <exception cref="InstallException">No space, or the disk failed. Parts are kept where they can be trusted.</exception>
    /// <exception cref="UntrustedException">The server's bytes are not those that were signed.</exception>
    Task<FetchedFiles> FetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct);
}

/// <summary>Plain trees are fetched file by file, signed releases from packs; which it is, each plan says anew.</summary>
internal sealed class FetchByRelease(IFetchEngine tree, IFetchEngine packs) : IFetchEngine
{
    /// <inheritdoc/>
    public Task<FetchedFiles> FetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct) =>
        (plan.Release.Manifest is null ? tree : packs).FetchAsync(plan, meter, ct);
}
