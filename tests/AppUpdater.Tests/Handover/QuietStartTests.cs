using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

public sealed class QuietStartTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly InstallLayout _layout;

    public QuietStartTests() => _layout = new InstallLayout(_temp.Root);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Without_the_updaters_folder_there_is_nothing_to_do()
    {
        Assert.Equal((null, false), Seen());
        Assert.Empty(Directory.GetFileSystemEntries(_temp.Root));
    }

    [Fact]
    public void An_install_without_a_record_has_no_version_and_is_marked_as_running()
    {
        Directory.CreateDirectory(_layout.Own);
        Assert.Equal((null, false), Seen());
        // Nobody keeps the report: the mark stays all the same.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Null(RunningMark.TryHoldAlone(_layout));
    }

    [Fact]
    public void A_version_that_ran_before_is_known_without_its_record_being_read()
    {
        WriteRecord("1.0.0");
        Assert.Null(QuietStart.Look(_temp.Root));
        WholeLook();
        Assert.Equal(("1.0.0", false), Seen());
        Assert.Null(RunningMark.TryHoldAlone(_layout));
        Assert.Equal("1.0.0", WholeLook().Version);
    }

    [Fact]
    public void A_version_is_known_that_others_ran_before()
    {
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            WriteRecord(version);
            WholeLook();
        }

        Assert.Equal(("1.1.0", false), Seen());
    }

    [Theory]
    [InlineData("another version")]
    [InlineData("a swap")]
    [InlineData("a file for a folder")]
    [InlineData("a long line")]
    [InlineData("a folder for a record")]
    [InlineData("a folder for a line")]
    [InlineData("no line")]
    [InlineData("a line cut off")]
    [InlineData("a line with other letters")]
    public void Anything_else_is_left_to_the_whole_look_and_nothing_held(string what)
    {
        WriteRecord("1.0.0");
        using (var mark = RunningMark.TryShare(_layout))
            new LastRun(_layout, DurableFiles.ForThisSystem()).Look();
        switch (what)
        {
            case "another version":
                WriteRecord("1.0.0-rc.1");
                break;
            case "a swap":
                _temp.Write(".appupdater/swap/s1/journal-prepared", "");
                break;
            case "a file for a folder":
                _temp.Write(".appupdater/swap", "");
                break;
            case "a long line":
                File.AppendAllText(Path.Join(_layout.Own, "last-run"), new string(' ', 5000));
                break;
            case "a folder for a record":
                File.Delete(_layout.InstalledRecord);
                Directory.CreateDirectory(_layout.InstalledRecord);
                break;
            case "no line":
                File.Delete(Path.Join(_layout.Own, "last-run"));
                break;
            case "a line cut off":
                File.WriteAllText(Path.Join(_layout.Own, "last-run"), File.ReadAllText(Path.Join(_layout.Own, "last-run")).Split(' ')[0] + " ");
                break;
            case "a line with other letters":
                File.AppendAllText(Path.Join(_layout.Own, "last-run"), "ñ");
                break;
            default:
                File.Delete(Path.Join(_layout.Own, "last-run"));
                Directory.CreateDirectory(Path.Join(_layout.Own, "last-run"));
                break;
        }

        Assert.Null(QuietStart.Look(_temp.Root));
        using var alone = RunningMark.TryHoldAlone(_layout);
        Assert.NotNull(alone);
    }

    [Fact]
    public void While_a_swap_is_at_work_the_whole_look_waits()
    {
        Directory.CreateDirectory(_layout.Own);
        using var alone = RunningMark.TryHoldAlone(_layout);
        Assert.Null(QuietStart.Look(_temp.Root));
    }

    [Fact]
    public void A_dato_ini_alone_is_left_to_the_whole_look()
    {
        _temp.Write("dato.ini", "");
        Assert.Null(QuietStart.Look(_temp.Root));
    }

    [Fact]
    public void A_link_in_place_of_the_updaters_folder_is_left_to_the_whole_look()
    {
        Directory.CreateDirectory(_temp["elsewhere"]);
        Directory.CreateSymbolicLink(_layout.Own, _temp["elsewhere"]);
        Assert.Null(QuietStart.Look(_temp.Root));
        Assert.Empty(Directory.GetFileSystemEntries(_temp["elsewhere"]));
    }

    private (string? Version, bool IsFirstRun) Seen()
    {
        var report = QuietStart.Look(_temp.Root);
        Assert.NotNull(report);
        return (report.Version, report.IsFirstRun);
    }

    private StartupReport WholeLook() =>
        new HostStartup(_layout, DurableFiles.ForThisSystem(), NullLogger.Instance, (_, _) => Assert.Fail("there is nothing to hand over")).Run([]);

    private void WriteRecord(string version) =>
        _temp.Write(".appupdater/installed.json", $$"""{ "format": 1, "app": "a", "version": "{{version}}", "files": [] }""");
}
