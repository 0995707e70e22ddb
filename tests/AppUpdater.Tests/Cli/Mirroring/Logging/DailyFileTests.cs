using AppUpdater.Cli.Mirroring.Logging;
using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Logging;

public sealed class DailyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DayClock _clock = new();

    private OwnLog Place => new(_folder["download_log_ana.txt"]);

    public void Dispose() => _folder.Dispose();

    private DailyFile File() => new(Place, DurableFiles.ForThisSystem(), _clock, Day);

    private static DateOnly? Day(string line) => line.Length >= 10 && DateOnly.TryParseExact(line[..10], "yyyy-MM-dd", out var day) ? day : null;

    private string Text(string name) => System.IO.File.ReadAllText(_folder[name]);

    private string Line(string text) => $"{_clock.GetLocalNow():yyyy-MM-dd} {text}";

    private IReadOnlyList<string> Names() =>
        [.. Directory.GetFiles(_folder.Root).Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_first_line_after_local_midnight_begins_a_new_file()
    {
        _clock.Now = new DateTimeOffset(2026, 11, 21, 2, 59, 59, TimeSpan.Zero); // 23:59:59 here
        using var file = File();
        file.Open();
        file.Append(Line("last"));
        _clock.Now = _clock.Now.AddSeconds(1);
        file.Append(Line("first"));

        Assert.Equal("2026-11-20 last\n", Text("download_log_ana.2026-11-20.txt"));
        Assert.Equal("2026-11-21 first\n", Text("download_log_ana.txt"));
    }

    [Fact]
    public void A_log_of_an_earlier_day_is_put_away_when_it_is_opened()
    {
        _folder.Write("download_log_ana.txt", "torn\n2026-11-18 old\n");
        using var file = File();
        file.Open();

        Assert.Equal("torn\n2026-11-18 old\n", Text("download_log_ana.2026-11-18.txt"));
        Assert.Equal("", Text("download_log_ana.txt"));
    }

    [Fact]
    public void A_log_of_the_same_day_is_gone_on_with_and_half_a_line_is_ended_first()
    {
        _folder.Write("download_log_ana.txt", "2026-11-20 one\n2026-11-20 tw");
        using var file = File();
        file.Open();
        file.Append(Line("three"));
        file.Append(Line("four"));

        Assert.Equal("2026-11-20 one\n2026-11-20 tw\t\t\n2026-11-20 three\n2026-11-20 four\n", Text("download_log_ana.txt"));
    }

    [Fact]
    public void A_clock_that_was_put_back_loses_no_line()
    {
        using var file = File();
        file.Open();
        file.Append(Line("one"));
        _clock.Now = _clock.Now.AddDays(1);
        file.Append(Line("two"));
        _clock.Now = _clock.Now.AddDays(-1);
        file.Append(Line("back")); // beside "two": the log of a later day is gone on with
        _clock.Now = _clock.Now.AddDays(2);
        _folder.Write("download_log_ana.2026-11-21.txt", "another\n");
        file.Append(Line("three"));

        Assert.Equal("2026-11-20 one\n", Text("download_log_ana.2026-11-20.txt"));
        Assert.Equal("another\n", Text("download_log_ana.2026-11-21.txt"));
        Assert.Equal("2026-11-21 two\n2026-11-20 back\n", Text("download_log_ana.2026-11-21.2.txt"));
        Assert.Equal("2026-11-22 three\n", Text("download_log_ana.txt"));
    }

    [Fact]
    public void Thirty_are_kept_and_nothing_else_is_removed()
    {
        string[] others =
        [
            "download_log_ana.2020-01-01.txt.bak", "download_log_ana.2020-13-01.txt", "download_log_ana.2020-1-1.txt", "download_log_anabel.2020-01-01.txt",
            "download_log_ana.2020-01-01.01.txt", "download_log_ana.2020-01-01.1.txt", "download_log_ana.txt.2020-01-01", "notes.txt", "download_log_ana.2020-01-01x.txt",
        ];
        foreach (var other in others)
            _folder.Write(other, "x");
        Directory.CreateDirectory(_folder["download_log_ana.2020-01-02.txt"]);
        using var file = File();
        file.Open();
        for (var i = 0; i < 40; i++)
        {
            file.Append(Line($"{i}"));
            _clock.Now = _clock.Now.AddDays(1);
        }

        var names = Names();
        Assert.Equal(others.Order(StringComparer.Ordinal), names.Where(others.Contains));
        Assert.True(Directory.Exists(_folder["download_log_ana.2020-01-02.txt"]));
        var kept = names.Except(others).ToList();
        Assert.Equal(31, kept.Count); // and today's
        Assert.Equal("download_log_ana.2026-11-29.txt", kept[0]);
        Assert.Equal("download_log_ana.2026-12-28.txt", kept[29]);
    }

    [Fact]
    public async Task Lines_of_many_writers_are_whole_also_over_midnight()
    {
        const int Writers = 4;
        const int Each = 150;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            var clock = new DayClock();
            using var file = new DailyFile(Place, DurableFiles.ForThisSystem(), clock, Day);
            file.Open();
            for (var i = 0; i < Each; i++)
            {
                if (i == Each / 2)
                    clock.Now = clock.Now.AddDays(1);
                file.Append($"{clock.GetLocalNow():yyyy-MM-dd} {writer} {i} {new string('x', 50 + (i * 7))}");
            }
        })));

        var lines = Directory.GetFiles(_folder.Root, "*.txt").SelectMany(System.IO.File.ReadAllLines).ToList();
        Assert.Equal(Writers * Each, lines.Count);
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            Assert.Equal(50 + (int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) * 7), parts[3].Length);
        }

        Assert.Equal(Writers * Each, lines.Select(line => string.Join(' ', line.Split(' ')[1..3])).Distinct().Count());
    }

    [Fact]
    public void A_log_that_somebody_took_away_is_made_anew_with_the_next_look()
    {
        using var file = File();
        file.Open();
        file.Append(Line("one"));
        System.IO.File.Delete(Place.FullPath);
        file.Reopen();
        file.Append(Line("two"));

        Assert.Equal("2026-11-20 two\n", Text("download_log_ana.txt"));
    }
}
