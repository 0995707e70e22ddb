using AppUpdater.Settings;

namespace AppUpdater.Tests.Settings;

public sealed class AmountsTests
{
    [Theory]
    [InlineData("10mbit", 1_250_000L)]
    [InlineData("500kbit", 62_500L)]
    [InlineData("1.5 Mbit", 187_500L)]
    [InlineData("2MB", 2_000_000L)]
    [InlineData("2 MiB", 2_097_152L)]
    [InlineData("1gbit", 125_000_000L)]
    [InlineData("999999999999GB", null)]
    [InlineData("-1MB", null)]
    [InlineData("1e3MB", null)]
    [InlineData("MB", null)]
    [InlineData("10 apples", null)]
    [InlineData("1kbit;", null)]
    public void A_rate_is_bytes_a_second_and_bits_are_bits(string text, long? rate) => Assert.Equal(rate, Amounts.Rate(text));

    [Theory]
    [InlineData("1MB", 1_000_000L)]
    [InlineData("1.5MiB", 1_572_864L)]
    [InlineData("300 b", 300L)]
    [InlineData("0kB", 0L)]
    [InlineData("10mbit", null)]
    [InlineData("300", null)]
    public void A_size_is_bytes_and_never_bits(string text, long? size) => Assert.Equal(size, Amounts.Size(text));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0.5h", 1_800_000)]
    [InlineData("1d", null)]
    [InlineData("99999999999h", null)]
    [InlineData("", null)]
    public void A_duration_has_a_unit(string text, int? milliseconds) =>
        Assert.Equal(milliseconds, (int?)Amounts.Duration(text)?.TotalMilliseconds);
}
