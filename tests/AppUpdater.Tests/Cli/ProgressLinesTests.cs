using AppUpdater.Cli.Output;
using AppUpdater.Staging;

namespace AppUpdater.Tests.Cli;

public sealed class ProgressLinesTests
{
    [Fact]
    public async Task A_phase_begins_with_a_line_and_then_shows_one_a_second_at_most()
    {
        var (error, clock) = (new StringWriter { NewLine = "\n" }, new HandClock());

        await new ProgressLines(error, clock).ShowAsync(progress =>
        {
            progress.Report(new UpdateProgress(UpdatePhase.Download, "a", 0, 2_000_000, 0));
            progress.Report(new UpdateProgress(UpdatePhase.Download, "a", 500_000, 2_000_000, 0));
            clock.Seconds = 1;
            progress.Report(new UpdateProgress(UpdatePhase.Download, "a", 1_500_000, 2_000_000, 1_500_000));
            progress.Report(new UpdateProgress(UpdatePhase.Verify, null, 0, 0, 0));
            return Task.FromResult(0);
        });

        Assert.Equal(
            "Downloading: 0 bytes of 2.0 MB.\nDownloading: 1.5 MB of 2.0 MB, 1.5 MB/s.\nVerifying.\n",
            error.ToString());
    }

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(4_000_000_000_000_000, "4000.0 TB")]
    public void Bytes_are_shown_in_powers_of_a_thousand(long bytes, string shown) => Assert.Equal(shown, ByteCount.Show(bytes));

    private sealed class HandClock : TimeProvider
    {
        internal long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
