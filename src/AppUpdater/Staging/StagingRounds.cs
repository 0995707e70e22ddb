using AppUpdater.Planning;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Staging;

/// <summary>
/// Fetches until what lies here is one state of the server: after each fetch version.ini and the listing are asked for again,
/// and where they changed, the plan is made again and what still fits is kept.
/// </summary>
internal sealed class StagingRounds(DownloadEngine engine, IPlanMaker plans, StagingOptions options, TimeProvider clock, ILogger log)
{
    /// <exception cref="UnreachableException">The server's files would not hold still.</exception>
    internal async Task<StagedFiles> RunAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        for (var round = 1; ; round++)
        {
            var staged = await TryFetchAsync(plan, meter, ct).ConfigureAwait(false);

            // Nothing travelled since this plan's listing: there is nothing that could have changed under way.
            if (staged is { BytesFetched: 0 })
                return staged with { BytesFetched = meter.Travelled };
            meter.Begin(UpdatePhase.Verify, 0);
            var remade = await RemakeAsync(plan, ct).ConfigureAwait(false);
            if (staged is not null && ReferenceEquals(remade, plan))
                return staged with { BytesFetched = meter.Travelled };
            if (round == options.Rounds)
                throw new UnreachableException($"The server's files of {plan.To} keep changing; an upload seems to be going on. Try later: what was fetched is kept.");
            log.LogInformation("The server's files changed while they were fetched: the plan for {Version} is made again", remade.To);
            await Task.Delay(options.RoundDelay * round, clock, ct).ConfigureAwait(false);
            plan = remade;
        }
    }

    /// <summary>A version.ini that was good when the plan was made and is not so now is just being written: it is waited for.</summary>
    private async Task<UpdatePlan> RemakeAsync(UpdatePlan plan, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await plans.RemakeAsync(plan, ct).ConfigureAwait(false);
            }
            catch (SettingsException failure) when (attempt < options.Rounds)
            {
                log.LogInformation("{Change}", failure.Message);
                await Task.Delay(options.RoundDelay * attempt, clock, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<StagedFiles?> TryFetchAsync(UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
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
