using AppUpdater.Bootstrapper;
using AppUpdater.Staging;
using NuGet.Versioning;

namespace AppUpdater.Tests.Bootstrapper;

public sealed class LaunchTextTests
{
    [Theory]
    [InlineData(UpdatePhase.Download, 1_250_000, 5_000_000, 2_500_000, "fetching 2.0.0: 25 %, 1.3/5.0 MB, 2.5 MB/s")]
    [InlineData(UpdatePhase.Download, 4_999_999, 5_000_000, 0, "fetching 2.0.0: 99 %, 5.0/5.0 MB")]
    [InlineData(UpdatePhase.Download, 0, 0, 0, "fetching 2.0.0")]
    [InlineData(UpdatePhase.Verify, 1, 2, 9, "verifying 2.0.0: 50 %")]
    [InlineData(UpdatePhase.Backup, 2, 2, 9, "backing up for 2.0.0: 100 %")]
    [InlineData(UpdatePhase.Prepare, 0, 0, 0, "preparing 2.0.0")]
    public void It_says_what_is_done_and_how_far_it_got(UpdatePhase phase, long bytes, long total, double speed, string line) =>
        Assert.Equal(line, LaunchText.Line(Version("2.0.0"), new UpdateProgress(phase, "f", bytes, total, speed), canSkip: false));

    [Fact]
    public void Before_anything_is_known_it_says_what_it_waits_for()
    {
        Assert.Equal("looking for an update", LaunchText.Line(null, null, canSkip: false));
        Assert.Equal("comparing 2.0.0 (any key starts without it)", LaunchText.Line(Version("2.0.0"), null, canSkip: true));
    }

    [Fact]
    public void The_longest_line_fits_into_a_terminal_and_keeps_what_counts()
    {
        var version = Version("100.200.300-" + new string('a', 200));
        var progress = new UpdateProgress(UpdatePhase.Download, "f", 999_999_999_999, 999_999_999_999, 9_999_999_999);

        var line = LaunchText.Line(version, progress, canSkip: true);

        Assert.InRange(line.Length, 1, LaunchText.Columns);
        Assert.StartsWith("fetching 100.200.300-", line, StringComparison.Ordinal);
        Assert.Contains(": 100 %", line, StringComparison.Ordinal);
    }

    private static NuGetVersion Version(string text) => NuGetVersion.Parse(text);
}
