using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

public sealed class OutcomeFileTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly InstallLayout _layout;
    private readonly OutcomeFile _file;

    public OutcomeFileTests()
    {
        _layout = new InstallLayout(_temp.Root);
        Directory.CreateDirectory(_layout.Own);
        _file = new OutcomeFile(_layout, DurableFiles.ForThisSystem(), NullLogger.Instance);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void An_outcome_is_read_back_and_replaced()
    {
        Assert.Null(_file.Read());
        var first = new SwapOutcome(SwapResult.Undone, "1.0", "2.0", "It ended with \"9\".", DateTimeOffset.UnixEpoch);

        _file.Write(first);
        Assert.Equal(first, _file.Read());
        _file.Write(first with { Result = SwapResult.Confirmed, Reason = null });

        Assert.Equal((SwapResult.Confirmed, null), (_file.Read()!.Result, _file.Read()!.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"result\":\"Exploded\",\"from\":\"1\",\"to\":\"2\",\"at\":\"2020-01-01T00:00:00Z\"}")]
    public void Garbage_reads_as_nothing(string text)
    {
        File.WriteAllText(_layout.Outcome, text);

        Assert.Null(_file.Read());
    }

    [Fact]
    public void More_than_64_KiB_and_links_are_not_read()
    {
        _file.Write(new SwapOutcome(SwapResult.Undone, "1.0", "2.0", new string('x', 65536), DateTimeOffset.UnixEpoch));
        Assert.Null(_file.Read());

        _file.Write(new SwapOutcome(SwapResult.Undone, "1.0", "2.0", null, DateTimeOffset.UnixEpoch));
        File.Move(_layout.Outcome, _temp["elsewhere"]);
        File.CreateSymbolicLink(_layout.Outcome, _temp["elsewhere"]);

        Assert.Null(_file.Read());
    }
}
