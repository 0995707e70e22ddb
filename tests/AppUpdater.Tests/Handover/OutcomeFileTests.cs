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

        _file.Write("s1", first);
        Assert.Equal(first, _file.Read());
        _file.Write("s1", first with { Result = SwapResult.Confirmed, Reason = null });

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
        var last = new SwapOutcome(SwapResult.Undone, "1.0", "2.0", "why", DateTimeOffset.UnixEpoch);
        _file.Write("s1", last);
        File.AppendAllText(_layout.Outcome, new string(' ', 65536));
        Assert.Null(_file.Read());

        _file.Write("s1", last);
        Assert.Equal(last, _file.Read());
        File.Move(_layout.Outcome, _temp["elsewhere"]);
        File.CreateSymbolicLink(_layout.Outcome, _temp["elsewhere"]);

        Assert.Null(_file.Read());
    }

    [Fact]
    public void What_is_written_is_never_too_long_to_be_read()
    {
        for (var swap = 0; swap < 30; swap++)
            _file.Write($"s{swap}", Outcome(swap) with { Reason = new string('x', 10_000), KeptFiles = [.. Names(100)] });

        Assert.Equal("2.29", _file.Read()!.To);
        Assert.InRange(_file.ReadAll().Length, 2, 6);
        Assert.Equal(50, _file.Read()!.KeptFiles.Length);

        _file.Write("s30", Outcome(30) with { Reason = new string('x', 100_000), KeptFiles = [.. Names(50).Select(name => name + new string('y', 4000))] });

        Assert.Equal("2.30", _file.Read()!.To);
        Assert.StartsWith("xxx", _file.Read()!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_swap_is_one_outcome_and_keeps_what_was_told_of_it_before()
    {
        var applied = DateTimeOffset.UnixEpoch.AddHours(1);
        _file.Write("s1", Outcome(1) with { Result = SwapResult.Committed, At = applied, KeptFiles = ["/a.user-1"] });
        _file.Write("s1", Outcome(1) with { Result = SwapResult.Undone, At = applied.AddHours(1), Starts = 3, KeptFiles = ["/b.user-1"] });

        var only = Assert.Single(_file.ReadAll());
        Assert.Equal((SwapResult.Undone, applied, applied.AddHours(1), 3), (only.Result, only.Applied, only.At, only.Starts));
        Assert.Equal(["/a.user-1", "/b.user-1"], only.KeptFiles.AsEnumerable());
    }

    [Fact]
    public void The_last_twenty_swaps_are_read_newest_first()
    {
        for (var swap = 0; swap < 25; swap++)
            _file.Write($"s{swap}", Outcome(swap));

        Assert.Equal(Enumerable.Range(5, 20).Reverse().Select(swap => $"2.{swap}"), _file.ReadAll().Select(outcome => outcome.To));
    }

    [Fact]
    public void What_an_earlier_version_wrote_is_read_and_kept()
    {
        File.WriteAllText(
            _layout.Outcome,
            """{ "result": "Undone", "from": "1.0", "to": "2.0", "reason": "why", "at": "2026-11-21T10:00:00+00:00" }""");
        var old = new SwapOutcome(SwapResult.Undone, "1.0", "2.0", "why", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));
        Assert.Equal(old, _file.Read());

        _file.Write("s1", Outcome(1));

        Assert.Equal([Outcome(1), old], _file.ReadAll().AsEnumerable());
    }

    [Fact]
    public void Garbage_among_the_earlier_ones_is_left_out()
    {
        File.WriteAllText(
            _layout.Outcome,
            """
            { "result": "Undone", "from": "1.0", "to": "2.0", "at": "2026-11-21T10:00:00+00:00", "kept": [null, "/a"],
              "earlier": [ null, {}, { "result": "Confirmed", "from": "0.9", "to": "1.0", "at": "2026-11-20T10:00:00+00:00" } ] }
            """);

        Assert.Equal(["2.0", "1.0"], _file.ReadAll().Select(outcome => outcome.To));
        Assert.Equal(["/a"], _file.Read()!.KeptFiles.AsEnumerable());
    }

    private static SwapOutcome Outcome(int swap) => new(SwapResult.Confirmed, "1.0", $"2.{swap}", null, DateTimeOffset.UnixEpoch);

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(number => $"/install/file.user-{number}");
}
