using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace AppUpdater.Transport.Retry;

/// <summary>The one place where a transient failure is met by trying again: exponential back-off with jitter, each retry logged.</summary>
internal sealed class RetryPolicy
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly ResiliencePropertyKey<string> What = new("what");

    private readonly ResiliencePipeline _pipeline;

    internal RetryPolicy(TransportOptions options) => _pipeline = options.Retries == 0 ? ResiliencePipeline.Empty : Build(options);

    private RetryPolicy() => _pipeline = ResiliencePipeline.Empty;

    /// <summary>Every failure is final.</summary>
    internal static RetryPolicy Never { get; } = new();

    /// <param name="what">For the log: "Listing /app on ftp.example.org:21".</param>
    /// <param name="action">Starts from the beginning each time it is called.</param>
    /// <param name="ct">Ends waiting and action alike.</param>
    internal async Task<T> RunAsync<T>(string what, Func<CancellationToken, Task<T>> action, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(ct);
        context.Properties.Set(What, what);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (c, run) => await run(c.CancellationToken).ConfigureAwait(false), context, action).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>As long as the server asked to be left alone, within bounds; null: the back-off's own delay.</summary>
    internal static TimeSpan? DelayAskedFor(Exception? failure) => failure is UnreachableException { RetryAfter: { } asked } && asked > TimeSpan.Zero
        ? asked < LongestDelay ? asked : LongestDelay
        : null;

    private static ResiliencePipeline Build(TransportOptions options) =>
        new ResiliencePipelineBuilder { TimeProvider = options.Clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<UnreachableException>(failure => failure.IsTransient),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = LongestDelay,
                DelayGenerator = static retry => ValueTask.FromResult(DelayAskedFor(retry.Outcome.Exception)),
                OnRetry = retry =>
                {
                    options.Log.LogWarning(
                        "{What} failed and is tried again in {Seconds:0.0} s ({Attempt} of {Attempts}): {Reason}",
                        retry.Context.Properties.GetValue(What, ""),
                        retry.RetryDelay.TotalSeconds,
                        retry.AttemptNumber + 1,
                        options.Retries,
                        retry.Outcome.Exception is { } failure ? Wording.Of(failure) : null);
                    return default;
                },
            })
            .Build();
}
