using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Tests.Handover;

public sealed class EventLogTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly InstallLayout _layout;
    private readonly EventLog _log;

    public EventLogTests()
    {
        _layout = new InstallLayout(_temp.Root);
        Directory.CreateDirectory(_layout.Own);
        _log = new EventLog(_layout, DurableFiles.ForThisSystem(), TimeProvider.System);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void An_event_is_one_line_with_time_and_process()
    {
        _log.LogInformation("Started {Name}", "a\nb\u001b[31m");
        _log.LogWarning("second");
        _log.LogDebug("not told");

        var lines = File.ReadAllLines(_layout.Log);
        Assert.Equal(2, lines.Length);
        Assert.Matches($@"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z {Environment.ProcessId} Started a b \[31m$", lines[0]);
        Assert.EndsWith(" warning: second", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void At_a_mebibyte_it_starts_over_and_keeps_one_old()
    {
        File.WriteAllText(_layout.Log + ".1", "oldest");
        File.WriteAllText(_layout.Log, new string('x', 1024 * 1024 + 1));

        _log.LogInformation("new");

        Assert.Single(File.ReadAllLines(_layout.Log));
        Assert.Equal(1024 * 1024 + 1, new FileInfo(_layout.Log + ".1").Length);
    }

    [Fact]
    public void A_log_that_can_not_be_written_stops_nothing()
    {
        Directory.CreateDirectory(_layout.Log);

        _log.LogInformation("said on standard error");

        Assert.Empty(Directory.GetFiles(_layout.Log));
    }
}
