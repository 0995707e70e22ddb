using System.Text.Json;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Logging;
using AppUpdater.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Logging;

/// <summary>Lines as they are written, and that no text can forge one.</summary>
public sealed class LogFormatTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 12, 30, 1, 250, TimeSpan.Zero);

    private static readonly string[] Hostile =
    [
        "plain", "two words", "tab\there", "line\nbreak", "cr\rlf\r\n", "\"quoted\"", @"back\slash", @"\n", "-", "", "a\u2028b\u2029c\u0085d", "\u202Egnp.exe",
        "\uD800", "x\uDC00y", "emoji 😀", "\u0000\u001b[31m", "x\n2026-11-20T09:30:01.250-03:00\tend\tforged\tana\tok\t-", "\uE000", "áéíóú ñ",
    ];

    private static MirrorJob Job => new(null, MirrorDirection.Pull, new MirrorOptions { Url = "ftp://h/x", Directory = Path.GetTempPath() });

    [Fact]
    public void A_line_has_six_fields_parted_by_tabs()
    {
        var format = new StandardFormat("ana", LogScene.Zone);

        Assert.Equal(
            "2026-11-20T09:30:01.250-03:00\tend\tscenes/a b.max\tana\tok\tbytes=12",
            format.Line(new LogEntry(At, LogEvent.End, "scenes/a b.max", LogState.Ok, null) { Bytes = 12 }));
        Assert.Equal(
            "2026-11-20T09:30:01.250-03:00\tcycle-end\t-\tana\tfailed\tnew=1 unchanged=2 failed=3 skipped=4 removed=5 bytes=6 seconds=7.500",
            format.Line(new LogEntry(At, LogEvent.CycleEnd, null, LogState.Failed, null) { Counts = new LogCounts(1, 2, 3, 4, 5, 6, TimeSpan.FromSeconds(7.5)) }));
    }

    [Fact]
    public void Every_text_comes_back_from_a_line_as_it_was()
    {
        foreach (var text in Hostile)
        {
            var line = new StandardFormat(text, LogScene.Zone).Line(new LogEntry(At, LogEvent.End, text, LogState.Failed, text));

            Assert.DoesNotContain(line, c => char.IsControl(c) && c != '\t');
            Assert.Equal(6, line.Split('\t').Length);
            var entry = LogScene.Parsed(line);
            Assert.Equal(text.Length == 0 ? null : text, entry.Path);
            Assert.Equal(text.Length == 0 ? null : text, entry.Reason);
            Assert.Equal((LogEvent.End, LogState.Failed, At), (entry.Event, entry.State, entry.At));
        }
    }

    [Fact]
    public void Every_event_and_state_has_a_word_and_comes_back()
    {
        var format = new StandardFormat("ana", LogScene.Zone);
        foreach (var what in Enum.GetValues<LogEvent>())
        {
            foreach (var state in Enum.GetValues<LogState>())
            {
                var entry = LogScene.Parsed(format.Line(new LogEntry(At, what, "p", state, null)));
                Assert.Equal((what, state), (entry.Event, entry.State));
            }
        }
    }

    [Fact]
    public void Half_a_line_is_none_once_it_was_ended()
    {
        var line = new StandardFormat("ana", LogScene.Zone).Line(new LogEntry(At, LogEvent.End, "a", LogState.Ok, null) { Bytes = 12 });
        for (var i = 0; i <= line.Length; i++)
            Assert.False(StandardFormat.TryParse(line[..i] + "\t\t", out _), line[..i]);
        Assert.False(StandardFormat.TryParse(line[..^"bytes=12".Length], out _));
        Assert.False(StandardFormat.TryParse(line.Replace("ok", @"ok\", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void A_reason_without_end_is_cut() =>
        Assert.Equal(LogText.LongestReason + 1, LogScene.Parsed(
            new StandardFormat("ana", LogScene.Zone).Line(new LogEntry(At, LogEvent.Problem, "a", LogState.Failed, new string('x', 100_000)))).Reason!.Length);

    [Fact]
    public void A_line_of_json_is_one_line_whatever_it_holds()
    {
        foreach (var text in Hostile.Where(text => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD)))
        {
            var line = new JsonFormat(text, Job with { Name = "j" }, LogScene.Zone).Line(new LogEntry(At, LogEvent.End, text, LogState.Failed, text) { Bytes = 3 });

            Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028' or '\u2029');
            var root = JsonDocument.Parse(line).RootElement;
            Assert.Equal(text, root.GetProperty("path").GetString());
            Assert.Equal(text, root.GetProperty("reason").GetString());
            Assert.Equal(("end", "failed", "j", "pull", 3), (
                root.GetProperty("event").GetString(), root.GetProperty("state").GetString(), root.GetProperty("job").GetString(),
                root.GetProperty("direction").GetString(), root.GetProperty("bytes").GetInt64()));
        }
    }

    [Fact]
    public void The_old_words_of_a_pull_tell_name_user_and_outcome()
    {
        var format = new SeedFormat("Aixa", MirrorDirection.Pull, LogScene.Zone);
        string? Line(LogEvent what, string path, LogState state, string? reason = null) => format.Line(new LogEntry(At, what, path, state, reason));

        Assert.Equal("2026-11-20 09:30:01,250 - escenas/a.max - Aixa - Descarga exitosa", Line(LogEvent.End, "escenas/a.max", LogState.Ok));
        Assert.Equal("2026-11-20 09:30:01,250 - escenas - Aixa - Descarga exitosa", Line(LogEvent.FolderDone, "escenas", LogState.Ok));
        Assert.Equal("2026-11-20 09:30:01,250 - a - Aixa - Descarga fallida - no room", Line(LogEvent.End, "a", LogState.Failed, "no room"));
        Assert.Equal("2026-11-20 09:30:01,250 - . - Aixa - Descarga fallida - x\\ny", Line(LogEvent.RunFailed, ".", LogState.Failed, "x\ny"));
        Assert.Null(Line(LogEvent.Start, "a", LogState.None));
        Assert.Null(Line(LogEvent.End, "a", LogState.Stopped));
    }

    [Fact]
    public void The_old_words_of_a_push_tell_what_was_done_on_the_server()
    {
        var format = new SeedFormat("root", MirrorDirection.Push, LogScene.Zone);
        string? Line(LogEvent what, string? path, LogState state, string? reason = null) => format.Line(new LogEntry(At, what, path, state, reason) { IsFirst = true });

        Assert.Equal("2026-11-20 09:30:01,250 - root - INFO - Valid parameters", Line(LogEvent.CycleBegin, null, LogState.None));
        Assert.Equal("2026-11-20 09:30:01,250 - root - INFO - File created / updated : srv test/ai.txt file ai.txt", Line(LogEvent.End, "test/ai.txt", LogState.Ok));
        Assert.Equal("2026-11-20 09:30:01,250 - root - INFO - File removed : test/ai.txt", Line(LogEvent.FileRemoved, "test/ai.txt", LogState.Ok));
        Assert.Equal("2026-11-20 09:30:01,250 - root - INFO - Folder created: test/help", Line(LogEvent.FolderCreated, "test/help", LogState.Ok));
        Assert.Equal("2026-11-20 09:30:01,250 - root - INFO - Folder removed : test/help", Line(LogEvent.FolderRemoved, "test/help", LogState.Ok));
        Assert.Equal("2026-11-20 09:30:01,250 - root - ERROR - File removed : a - busy", Line(LogEvent.FileRemoved, "a", LogState.Failed, "busy"));
        Assert.Null(Line(LogEvent.FolderDone, "a", LogState.Ok));
        Assert.Null(format.Line(new LogEntry(At, LogEvent.CycleBegin, null, LogState.None, null)));
    }

    [Theory]
    [InlineData(MirrorDirection.Pull)]
    [InlineData(MirrorDirection.Push)]
    internal void No_text_forges_an_old_line(MirrorDirection direction)
    {
        foreach (var text in Hostile)
        {
            var line = new SeedFormat(text, direction, LogScene.Zone).Line(new LogEntry(At, LogEvent.End, text, LogState.Failed, text))!;
            Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202E');
        }
    }

    [Fact]
    public void A_log_tells_what_it_told_and_nothing_else()
    {
        ILogFormat[] formats =
        [
            new StandardFormat("ana", LogScene.Zone), new JsonFormat("ana", Job, LogScene.Zone),
            new SeedFormat("ana", MirrorDirection.Pull, LogScene.Zone), new SeedFormat("ana", MirrorDirection.Push, LogScene.Zone),
        ];
        foreach (var format in formats)
        {
            var entry = new LogEntry(At, LogEvent.End, "a/b", LogState.Ok, null) { Bytes = 1 };
            var line = format.Line(entry)!;

            Assert.True(format.Tells(line, entry with { At = At.AddDays(1), Reason = "later" }, At.AddTicks(5)));
            Assert.False(format.Tells(line, entry, At.AddMilliseconds(1)));
            Assert.False(format.Tells(line, entry with { Path = "a" }, At));
            Assert.False(format.Tells(line, entry with { Path = "a/b - c" }, At));
            Assert.False(format.Tells(line, entry with { State = LogState.Failed }, At));
            Assert.Equal(format is JsonFormat, format.Tells(line + "\t\t", entry, At)); // an object that is closed is whole
            Assert.Equal(new DateOnly(2026, 11, 20), format.Day(line));
            Assert.Null(format.Day("nothing of the kind"));
        }
    }
}
