using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport;

public sealed class ServerLimitsTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly ShiftedClock _clock = new();
    private readonly CollectedLog _log = new();

    public void Dispose() => _temp.Dispose();

    private string File => _temp["servers.json"];

    private ServerLimits Open() => new(_clock, new ServerLimitsFile(File, DurableFiles.ForThisSystem(), _log));

    [Fact]
    public void A_limit_is_known_to_the_next_run_for_a_day_and_to_its_user_alone()
    {
        Open().Learn("h:21", "ana", 3);
        Assert.Equal(3, Open().Recall("h:21", "ana"));
        Assert.Null(Open().Recall("h:21", "berta"));
        Assert.Null(Open().Recall("h:2121", "ana"));
        Assert.DoesNotContain("ana", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Null(Open().Recall("h:21", "ana"));
    }

    [Fact]
    public void The_oldest_of_too_many_servers_is_forgotten()
    {
        var limits = Open();
        for (var i = 0; i <= ServerLimits.MostServers; i++)
        {
            limits.Learn($"h{i}:21", "u", 2);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(Open().Recall("h0:21", "u"));
        Assert.Equal(2, Open().Recall("h1:21", "u"));
        Assert.Equal(2, Open().Recall($"h{ServerLimits.MostServers}:21", "u"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[[[[[[[[[[[[")]
    [InlineData("""{"format":2,"servers":{}}""")]
    [InlineData("""{"format":1}""")]
    [InlineData("""{"format":1,"servers":{"h:21/x":null}}""")]
    [InlineData("""{"format":1,"servers":{"h:21/x":{"connections":0,"learned":"2026-11-21T00:00:00Z"}}}""")]
    [InlineData("""{"format":1,"servers":{"h:21/x":{"connections":9999999999,"learned":"never"}}}""")]
    public void What_is_no_record_counts_as_nothing_and_is_told(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var limits = Open();
        Assert.Null(limits.Recall("h:21", "u"));
        Assert.Contains("servers.json", _log.Text, StringComparison.Ordinal);
        limits.Learn("h:21", "u", 2);
        Assert.Equal(2, Open().Recall("h:21", "u"));
    }

    [Fact]
    public void A_record_that_is_too_long_is_not_read()
    {
        System.IO.File.WriteAllBytes(File, Encoding.UTF8.GetBytes(new string(' ', 100_000) + """{"format":1,"servers":{}}"""));
        Assert.Null(Open().Recall("h:21", "u"));
        Assert.Contains("at most", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_install_without_the_folder_gets_none()
    {
        var file = _temp["nowhere/servers.json"];
        new ServerLimits(_clock, new ServerLimitsFile(file, DurableFiles.ForThisSystem(), _log)).Learn("h:21", "u", 2);
        Assert.False(Directory.Exists(_temp["nowhere"]));
        Assert.Equal("", _log.Text);
    }
}
