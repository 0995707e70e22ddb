using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Display;

namespace AppUpdater.Tests.Cli.Mirroring.Display;

public sealed class MirrorPictureTests
{
    private static readonly BoardView Busy = new(MirrorDirection.Pull, BoardPhase.Working, TimeSpan.FromSeconds(90))
    {
        TotalBytes = 2_800_000_000,
        DoneBytes = 1_200_000_000,
        TotalFiles = 1000,
        DoneFiles = 412,
        Failed = 3,
        Rate = 12_500_000,
        Active =
        [
            new BoardTransfer("escenas/2023/cocina/texturas/muy-larga-de-verdad/madera_roble_4k_final_v2.exr", 12_000_000, 26_700_000),
            new BoardTransfer("日本/日本日本日本日本日本日本日本日本日本.max", 999, 1000),
            new BoardTransfer("empty.txt", 0, 0),
        ],
        Tail =
        [
            new BoardResult("escenas/2023/a.max", 12_000_000, false, null),
            new BoardResult("escenas/2022/old.max", 5, true, null),
            new BoardResult("escenas/[red]b[/].max", 5, false, "550 Permission denied for this file, which belongs to somebody else on the server."),
        ],
    };

    [Fact]
    public void The_picture_at_80_columns()
    {
        using var _ = new Language("en");

        Assert.Equal(
            """
            Downloading ━━━━━━━━━━━━━━━━━━━━━━━━━━────────────────────────────────────  42%
            1.2 GB of 2.8 GB · 412 of 1000 files · 3 failed · 12.5 MB/s · 2:08 left
              escenas/2023/cocina/tex…a_roble_4k_final_v2.exr ━━━━━━────────  44%   12.0 MB
              日本/日本日本日本日本日本日本日本日本日本.max   ━━━━━━━━━━━━━─  99% 999 bytes
              empty.txt                                       ━━━━━━━━━━━━━━ 100%   0 bytes
            ✓ escenas/2023/a.max                                                    12.0 MB
            ✓ escenas/2022/old.max                                                  removed
            ✗ escenas/[red]b[/].max  550 Permission denied for this file, which belongs to…
            """,
            Text(Busy, 80));
    }

    [Fact]
    public void The_picture_in_Spanish()
    {
        using var _ = new Language("es");

        Assert.Equal(
            """
            Descargando ━━━━━━━━━━━━━━━━━━━━━━━━━━────────────────────────────────────  42%
            1.2 GB de 2.8 GB · 412 de 1000 archivos · 2 eliminados · 3 con error
            12.5 MB/s · faltan 2:08
            ✓ escenas/2023/a.max                                                    12.0 MB
            ✓ escenas/2022/old.max                                                eliminado
            ✗ escenas/[red]b[/].max  550 Permission denied for this file, which belongs to…
            """,
            Text(Busy with { Active = [], Removed = 2 }, 80));
    }

    [Fact]
    public void The_picture_at_40_columns_of_an_old_terminal()
    {
        using var _ = new Language("en");

        Assert.Equal(
            """
            Downloading #########-------------  42%
            1.2 GB of 2.8 GB | 412 of 1000 files
            3 failed | 12.5 MB/s | 2:08 left
               escenas/...al_v2.exr   44%   12.0 MB
               日本/日...本日本.max   99% 999 bytes
               empty.txt             100%   0 bytes
            ok escenas/2023/a.max           12.0 MB
            ok escenas/2022/old.max         removed
            !! escenas...b[/].max  550 Permissio...
            """,
            Text(Busy, 40, Glyphs.Ascii));
    }

    [Theory]
    [InlineData("en", BoardPhase.Comparing, "Comparing the two folders  1:30")]
    [InlineData("es", BoardPhase.Comparing, "Comparando las dos carpetas  1:30")]
    [InlineData("en", BoardPhase.Waiting, "Waiting  1:30")]
    [InlineData("es", BoardPhase.Waiting, "En espera  1:30")]
    internal void Between_two_plans_it_tells_what_is_waited_for(string language, BoardPhase phase, string title)
    {
        using var _ = new Language(language);

        Assert.Equal(title, MirrorPicture.Draw(Busy with { Phase = phase }, 80, 24, Glyphs.Unicode)[0].ToString());
    }

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public void No_line_is_ever_as_wide_as_the_terminal_and_no_picture_as_high(string language)
    {
        using var _ = new Language(language);
        var crowded = Busy with
        {
            Active = [.. Enumerable.Range(0, 64).Select(i => new BoardTransfer($"{i}/{new string('日', i * 3)}e\u0301😀.max", i * 1_234_567_890L, 80_000_000_000))],
            Removed = 123_456,
            Job = "a job with 日本 and a very long name",
        };
        foreach (var glyphs in new[] { Glyphs.Unicode, Glyphs.Ascii })
        {
            foreach (var width in Enumerable.Range(1, 85).Append(120).Append(200))
            {
                foreach (var height in new[] { 1, 2, 5, 24, 80 })
                {
                    var lines = MirrorPicture.Draw(crowded, width, height, glyphs);
                    Assert.InRange(lines.Length, 1, Math.Max(1, height - 1));
                    Assert.All(lines, line => Assert.InRange(Cells.Width(line.ToString()), 0, Math.Max(1, width - 1)));
                }
            }
        }
    }

    [Fact]
    public void A_job_among_several_is_named()
    {
        using var _ = new Language("en");

        Assert.StartsWith("scenes: Downloading ━", Text(Busy with { Job = "scenes" }, 80), StringComparison.Ordinal);
    }

    [Fact]
    public void Transfers_for_which_there_is_no_line_are_counted()
    {
        using var _ = new Language("en");
        var crowded = Busy with { Active = [.. Enumerable.Range(0, 64).Select(i => new BoardTransfer($"f{i}", 1, 2))] };

        var lines = MirrorPicture.Draw(crowded, 80, 24, Glyphs.Unicode).Select(line => line.ToString()).ToArray();

        Assert.Equal(23, lines.Length);
        Assert.Equal("  and 47 more", lines[19]);
        Assert.Equal(65, lines.Count(line => line.StartsWith("  f", StringComparison.Ordinal)) + 48);
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(3599, "59:59")]
    [InlineData(3600, "1:00:00")]
    [InlineData(359_999, "99:59:59")]
    public void Time_is_shown_in_hours_where_there_are_some(int seconds, string shown) => Assert.Equal(shown, BoardText.Time(TimeSpan.FromSeconds(seconds)));

    private static string Text(BoardView view, int width, Glyphs? glyphs = null) =>
        string.Join("\n", MirrorPicture.Draw(view, width, 24, glyphs ?? Glyphs.Unicode));
}
