using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Display;
using AppUpdater.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

public sealed class MirrorBoardTests
{
    private readonly MirrorBoard _board = new(MirrorDirection.Pull, TimeSpan.Zero);

    [Fact]
    public void Bytes_of_finished_and_of_active_files_count_and_lost_ones_are_not_waited_for()
    {
        _board.Begin(1000, 3, 0, At(0));
        Apply(0, Happenings.Started("a", 500), Happenings.Moved("a", 0), Happenings.Started("b", 300), Happenings.Moved("b", 0), Happenings.Started("c", 200));
        Apply(1, Happenings.Moved("a", 500), Happenings.Done("a", 500), Happenings.Moved("b", 100), Happenings.Failed("c", 200, "550 no"));

        var view = _board.Look(At(2));

        Assert.Equal((600, 200, 1, 1), (view.DoneBytes, view.LostBytes, view.DoneFiles, view.Failed));
        Assert.Equal(0.8, view.Share);
        Assert.Equal(300, view.Rate);
        Assert.Equal(At(1), view.Left);
        Assert.Equal(new BoardTransfer("b", 100, 300), Assert.Single(view.Active));
    }

    [Fact]
    public void What_an_earlier_run_left_did_not_travel_now()
    {
        _board.Begin(5_000_000, 1, 0, At(0));
        Apply(0, Happenings.Started("a", 5_000_000), Happenings.Moved("a", 4_000_000), Happenings.Moved("a", 0));
        Apply(1, Happenings.Moved("a", 4_001_000));

        var view = _board.Look(At(2));

        Assert.Equal((4_001_000, 500), (view.DoneBytes, view.Rate));
    }

    [Fact]
    public void Time_left_is_told_only_where_it_is_known()
    {
        _board.Begin(10_000_000_000_000, 2, 0, At(0));
        Apply(0, Happenings.Started("a", 9_000_000_000_000), Happenings.Moved("a", 0));
        Assert.Null(_board.Look(At(5)).Left); // nothing moved

        Apply(5, Happenings.Moved("a", 10));
        Assert.Null(_board.Look(At(6)).Left); // years
        Assert.Null(_board.Look(At(0.5)).Left); // too soon
    }

    [Fact]
    public void A_file_that_fails_stays_in_the_tail_though_many_good_ones_follow()
    {
        _board.Begin(1000, 1000, 0, At(0));
        Apply(0, Happenings.Failed("bad", 1, "550 no"));
        for (var i = 0; i < 900; i++)
            Apply(1, Happenings.Started($"f{i}", 1), Happenings.Done($"f{i}", 1));
        Apply(1, Happenings.Removed("old"), Happenings.Failed("folder", 0, "553 no", MirrorEventKind.FolderCreated));

        var view = _board.Look(At(2));

        Assert.Equal(["bad", "f898", "f899", "old", "folder"], view.Tail.Select(one => one.Name));
        Assert.Equal(["550 no", null, null, null, "553 no"], view.Tail.Select(one => one.Reason));
        Assert.Equal((900, 2, 1), (view.DoneFiles, view.Failed, view.Removed));
    }

    [Fact]
    public void A_run_begins_with_fresh_counters_and_keeps_the_tail()
    {
        _board.Begin(10, 1, 0, At(0));
        Apply(0, Happenings.Started("a", 10), Happenings.Moved("a", 3));
        _board.End(At(1));
        Assert.Equal(BoardPhase.Waiting, _board.Look(At(3)).Phase);
        Assert.Equal(At(2), _board.Look(At(3)).Elapsed);
        Assert.Empty(_board.Look(At(3)).Active);

        _board.Begin(20, 2, 1, At(4));
        Apply(4, Happenings.Done("linked", 20)); // nothing of it travelled
        var view = _board.Look(At(6));

        Assert.Equal((20, 1, 1, 0), (view.DoneBytes, view.DoneFiles, view.Failed, view.Rate));
        Assert.Equal(["linked"], view.Tail.Select(one => one.Name));
    }

    [Fact]
    public void What_comes_for_a_file_that_did_not_begin_or_is_larger_than_it_was_is_not_believed()
    {
        _board.Begin(10, 1, 0, At(0));
        Apply(0, Happenings.Moved("unheard", 5), Happenings.Started("a", 10), Happenings.Moved("a", 0), Happenings.Moved("a", 500));

        Assert.Equal(10, _board.Look(At(2)).DoneBytes);
        Assert.Equal(5, _board.Look(At(2)).Rate);
    }

    [Fact]
    public void The_rest_of_a_resumed_upload_does_not_count_as_sent()
    {
        var board = new MirrorBoard(MirrorDirection.Push, TimeSpan.Zero);
        board.Begin(5_000_000, 1, 0, At(0));
        board.Apply(Happenings.Started("a", 5_000_000), At(0));
        board.Apply(Happenings.Moved("a", 1000), At(1));
        board.Apply(Happenings.Done("a", 5_000_000), At(1));

        Assert.Equal((5_000_000, 1000), (board.Look(At(2)).DoneBytes, board.Look(At(2)).Rate));
    }

    private void Apply(double at, params MirrorEvent[] events)
    {
        foreach (var happened in events)
            _board.Apply(happened, At(at));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
