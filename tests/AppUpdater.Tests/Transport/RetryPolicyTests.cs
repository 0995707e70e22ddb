using AppUpdater.Transport.Retry;

namespace AppUpdater.Tests.Transport;

public sealed class RetryPolicyTests
{
    [Fact(Timeout = 10_000)]
    public async Task A_transient_failure_is_tried_again_until_it_passes()
    {
        var log = new CollectedLog();
        var tries = 0;
        var result = await new RetryPolicy(TransportTestOptions.Create(log, retries: 3)).RunAsync(
            "Asking",
            _ => ++tries < 3 ? Task.FromException<int>(new UnreachableException("broke off")) : Task.FromResult(42),
            CancellationToken.None);
        Assert.Equal((42, 3), (result, tries));
        Assert.Contains("Asking failed and is tried again", log.Text, StringComparison.Ordinal);
        Assert.Contains("(2 of 3): broke off", log.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task It_gives_up_with_the_last_failure()
    {
        var tries = 0;
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => new RetryPolicy(TransportTestOptions.Create(retries: 2)).RunAsync(
            "Asking", _ => Task.FromException<int>(new UnreachableException($"try {++tries}")), CancellationToken.None));
        Assert.Equal("try 3", failure.Message);
    }

    public static TheoryData<Exception> Final =>
    [
        new UnreachableException("refused the login", isTransient: false),
        new MissingException("not there"),
        new UntrustedException("hostile"),
        new SettingsException("wrong"),
    ];

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Final))]
    public async Task What_will_not_pass_is_tried_once(Exception failure)
    {
        var tries = 0;
        await Assert.ThrowsAsync(failure.GetType(), () => new RetryPolicy(TransportTestOptions.Create(retries: 3)).RunAsync(
            "Asking",
            _ =>
            {
                tries++;
                return Task.FromException<int>(failure);
            },
            CancellationToken.None));
        Assert.Equal(1, tries);
    }

    [Fact(Timeout = 10_000)]
    public async Task Cancelling_ends_the_wait_between_two_tries()
    {
        using var cancel = new CancellationTokenSource();
        var options = TransportTestOptions.Create(retries: 3) with { RetryDelay = TimeSpan.FromMinutes(5) };
        var running = new RetryPolicy(options).RunAsync("Asking", _ => Task.FromException<int>(new UnreachableException("x")), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
