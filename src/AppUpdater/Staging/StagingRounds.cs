using AppUpdater.Planning;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// Fetches until what lies here is one state of the server: after each fetch the server is asked again, and where something
/// changed, the plan is made again and what still fits is kept.
/// </summary>
internal sealed class StagingRounds(IFetchEngine engine, IPlanMaker plans, StagingOptions options, TimeProvider clock, ILogger log)
{
    /// <exception cref="UnreachableException">The server's files would not hold still.</exception>
    internal async Task<StagedFiles> RunAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        for (var round = 1; ; round++)
        {
            var isLast = round == options.Rounds;
            var (staged, remade) = await FetchAndRemakeAsync(plan, meter, isLast, ct).ConfigureAwait(false);
            if (staged is not null && ReferenceEquals(remade, plan))
                return staged with { BytesFetched = meter.Travelled };
            if (isLast)
                throw new UnreachableException($"The server's files of {plan.To} keep changing; an upload seems to be going on. Try later: what was fetched is kept.");
            plan = remade ?? plan;
            log.LogInformation("The server's files changed while they were fetched: the plan for {Version} is made again", plan.To);
            await Task.Delay(options.RoundDelay * round, clock, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The server is asked once the last byte is here, while the disk is still at work.</summary>
    private async Task<(StagedFiles? Staged, UpdatePlan? Remade)> FetchAndRemakeAsync(UpdatePlan plan, ProgressMeter meter, bool isLast, CancellationToken ct)
    {
        if (await TryFetchAsync(plan, meter, ct).ConfigureAwait(false) is not { } fetched)
            return (null, await RemakeAsync().ConfigureAwait(false));
        await using (fetched.ConfigureAwait(false))
        {
            var remade = await RemakeAsync().ConfigureAwait(false);
            return (await fetched.OnDiskAsync().ConfigureAwait(false), remade);
        }

        // Also where nothing was fetched: what a plan removes may have been missing only while it was uploaded.
        Task<UpdatePlan?> RemakeAsync()
        {
            meter.Begin(UpdatePhase.Verify, 0);
            return TryRemakeAsync(plan, isLast, ct);
        }
    }

    /// <summary>Null where something is missing, or version.ini is half there: FTP clients delete or empty a file before they send it anew.</summary>
    private async Task<UpdatePlan?> TryRemakeAsync(UpdatePlan plan, bool isLast, CancellationToken ct)
    {
        try
        {
            return await plans.RemakeAsync(plan, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (!isLast && failure is (MissingException or SettingsException))
        {
            log.LogInformation("{Failure}", failure.Message);
            return null;
        }
    }

    private async Task<FetchedFiles?> TryFetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        try
        {
            return await engine.FetchAsync(plan, meter, ct).ConfigureAwait(false);
        }
        catch (ReleaseChangedException change)
        {
            log.LogInformation("{Change}", change.Message);
            return null;
        }
    }
}
