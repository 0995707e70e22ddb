using AppUpdater.Transport.Retry;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport;

/// <summary>
/// Which of several places is in use: the first that can be reached, asked in order at each check. What is planned from one place is
/// fetched from it: two servers may hold two states of a release. For one caller at a time.
/// </summary>
/// <param name="open">One for each place, at least one; each connects to nothing yet.</param>
/// <param name="clock">Measures patience.</param>
/// <param name="log">Told when a place is passed over.</param>
internal sealed class RemoteChoice(IReadOnlyList<Func<IRemoteSource>> open, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    /// <summary>How long a place may take to answer the first question where others stand behind it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private IRemoteSource? _source;
    private int _chosen;

    /// <exception cref="SettingsException">A URL is wrong.</exception>
    internal static RemoteChoice Of(TransportOptions options) => new(
        [.. RemotePlaces.Of(options).Select(place => (Func<IRemoteSource>)(() => RemoteSources.Open(place.Location, place.Options)))],
        options.Clock, options.Log);

    /// <summary>The place that answered last, or else the first.</summary>
    internal IRemoteSource Current => _source ??= open[_chosen]();

    /// <summary>
    /// Asks the first question of a check of each place in order. Only an unreachable server is passed over. One that answers speaks for
    /// the publisher: a missing or wrong version.ini is his to mend, and a wrong certificate or a corrupt file must not be a way for
    /// somebody else to choose the server.
    /// </summary>
    /// <param name="question">Gets a place and how it is to be tried again; to be asked anew of the next.</param>
    /// <param name="within">The time for all places together; null leaves the last to its own time-outs.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="UnreachableException">No place can be reached; the message names each with its reason.</exception>
    internal async Task<T> AskAsync<T>(Func<IRemoteSource, RetryPolicy, CancellationToken, Task<T>> question, TimeSpan? within, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        var failures = new List<(RemoteLocation Place, UnreachableException Reason)>();
        for (var i = 0; ; i++)
        {
            await UseAsync(i).ConfigureAwait(false);
            try
            {
                // The places behind are what a retry would be.
                return i == open.Count - 1
                    ? await question(Current, Current.Retry, ct).ConfigureAwait(false)
                    : await AskWithinAsync(question, Share(within - clock.GetElapsedTime(start), open.Count - i), ct).ConfigureAwait(false);
            }
            catch (UnreachableException e)
            {
                failures.Add((Current.Location, e));
                if (failures.Count < open.Count)
                    log.LogWarning("{Place} can't be reached, the next place is asked: {Reason}", Current.Location, e.Message);
                else if (open.Count == 1)
                    throw;
                else
                    throw NoneOf(failures);
            }
        }
    }

    /// <summary>Closes what is open; which place was chosen is remembered.</summary>
    internal async ValueTask CloseAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync().ConfigureAwait(false);
        _source = null;
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask UseAsync(int place)
    {
        if (_chosen != place)
            await CloseAsync().ConfigureAwait(false);
        _chosen = place;
    }

    private async Task<T> AskWithinAsync<T>(Func<IRemoteSource, RetryPolicy, CancellationToken, Task<T>> question, TimeSpan limit, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await question(Current, RetryPolicy.Never, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new UnreachableException($"It did not give version.ini within {limit.TotalSeconds:0.#} s.", e);
        }
    }

    private static TimeSpan Share(TimeSpan? left, int places)
    {
        if (left is not { } all)
            return Patience;
        var share = all / places;
        return share < Patience ? TimeSpan.FromTicks(Math.Max(share.Ticks, 1)) : Patience;
    }

    private static UnreachableException NoneOf(List<(RemoteLocation Place, UnreachableException Reason)> failures) => new(
        $"None of the {failures.Count} places of [server] url and fallbacks can be reached:{string.Concat(
            failures.Select(failure => $"{Environment.NewLine}{failure.Place}: {failure.Reason.Message}"))}",
        failures.Exists(failure => failure.Reason.IsTransient), new AggregateException(failures.Select(failure => failure.Reason)));
}
