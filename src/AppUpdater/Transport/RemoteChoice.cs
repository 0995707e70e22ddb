using AppUpdater.Transport.Retry;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport;

/// <summary>
/// How a check asks one place after the other. <see cref="Ask"/> gets a place and how it is to be tried again, and has little time where
/// others stand behind it; <see cref="Go"/> goes on with the answer at the same place.
/// </summary>
/// <param name="Ask">The first question; to be asked anew of the next place.</param>
/// <param name="Go">What follows it.</param>
/// <param name="PassesOver">Which failures of either are no last word, so that the next place is asked.</param>
internal sealed record PlaceQuestion<TAnswer, T>(
    Func<IRemoteSource, RetryPolicy, CancellationToken, Task<TAnswer>> Ask, Func<TAnswer, IRemoteSource, CancellationToken, Task<T>> Go,
    Func<UpdateException, bool> PassesOver);

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
    private Func<IRemoteSource> _chosen = open[0];
    private string? _movedTo;
    private Func<IRemoteSource>? _moved;

    /// <summary>Opens the place at a URL that releases moved to; null where it can't be used.</summary>
    internal Func<string, Func<IRemoteSource>?> Mover { get; init; } = _ => null;

    /// <exception cref="SettingsException">A URL is wrong.</exception>
    internal static RemoteChoice Of(TransportOptions options) => new(
        [.. RemotePlaces.Of(options).Select(place => (Func<IRemoteSource>)(() => RemoteSources.Open(place.Location, place.Options)))],
        options.Clock, options.Log)
    {
        Mover = url => RemotePlaces.Moved(url, options) is { } place ? () => RemoteSources.Open(place.Location, place.Options) : null,
    };

    /// <summary>The place that answered last, or else the first.</summary>
    internal IRemoteSource Current => _source ??= _chosen();

    /// <summary>Whether <see cref="Current"/> is the place that releases moved to.</summary>
    internal bool IsAtMoved => _moved is not null && _chosen == _moved;

    /// <summary>
    /// The other places, in the order they are asked: where the same signed bytes may lie. Each opens one anew, for the caller to dispose.
    /// </summary>
    internal IReadOnlyList<Func<IRemoteSource>> Others => [.. All.Where(place => place != _chosen)];

    private IEnumerable<Func<IRemoteSource>> All => _moved is null ? open : open.Prepend(_moved);

    /// <summary>From the next question on, this place is asked before all others; null, or what is no place, ends that.</summary>
    internal void MoveTo(string? url)
    {
        if (url == _movedTo)
            return;
        (_movedTo, _moved) = (url, url is null ? null : Mover(url));
        if (url is not null && _moved is null)
            log.LogWarning("The releases are said to have moved, and what that names is no place that is used from here: it is not asked");
    }

    /// <summary>
    /// Asks the first question of a check of each place in order. Only an unreachable server is passed over. One that answers speaks for
    /// the publisher: a missing or wrong version.ini is his to mend, and a wrong certificate or a corrupt file must not be a way for
    /// somebody else to choose the server.
    /// </summary>
    /// <param name="question">Gets a place and how it is to be tried again; to be asked anew of the next.</param>
    /// <param name="within">The time for all places together; null leaves the last to its own time-outs.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="UnreachableException">No place can be reached; the message names each with its reason.</exception>
    internal Task<T> AskAsync<T>(Func<IRemoteSource, RetryPolicy, CancellationToken, Task<T>> question, TimeSpan? within, CancellationToken ct) =>
        AskAsync(new PlaceQuestion<T, T>(question, (answer, _, _) => Task.FromResult(answer), failure => failure is UnreachableException), within, ct);

    /// <summary>As the one above, where the question says what is passed over.</summary>
    /// <exception cref="UpdateException">Every place failed: with the worst reason, untrusted before missing before unreachable; the message names all.</exception>
    internal async Task<T> AskAsync<TAnswer, T>(PlaceQuestion<TAnswer, T> question, TimeSpan? within, CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        var places = All.ToList();
        var failures = new List<PlaceFailure>();
        for (var i = 0; ; i++)
        {
            await UseAsync(places[i]).ConfigureAwait(false);
            try
            {
                // The places behind are what a retry would be.
                var answer = i == places.Count - 1
                    ? await question.Ask(Current, Current.Retry, ct).ConfigureAwait(false)
                    : await AskWithinAsync(question.Ask, Share(within - clock.GetElapsedTime(start), places.Count - i), ct).ConfigureAwait(false);
                return await question.Go(answer, Current, ct).ConfigureAwait(false);
            }
            catch (UpdateException e) when (question.PassesOver(e))
            {
                failures.Add(new PlaceFailure(Current.Location, e));
                if (failures.Count < places.Count)
                    log.LogWarning("{Place} {Problem}, the next place is asked: {Reason}", Current.Location, PlaceFailure.Word(e), e.Message);
                else if (places.Count == 1)
                    throw;
                else
                    throw PlaceFailure.Worst(failures);
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

    private async ValueTask UseAsync(Func<IRemoteSource> place)
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
}
