using AppUpdater.Core.Swap;
using AppUpdater.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Handover;

/// <summary>What a host learns when it starts, and what it may say.</summary>
public sealed class StartupReportTests : IDisposable
{
    private readonly StartupScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void The_first_run_of_a_version_is_told_once()
    {
        WriteRecord("1.0.0");
        Assert.Equal(("1.0.0", true), Seen());
        Assert.Equal(("1.0.0", false), Seen());

        WriteRecord("1.1.0-beta.2");

        Assert.Equal(("1.1.0-beta.2", true), Seen());
        Assert.Equal(("1.1.0-beta.2", false), Seen());

        WriteRecord("1.0.0");

        Assert.Equal(("1.0.0", false), Seen()); // it came back
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"version\": 3}")]
    [InlineData("{\"version\": \"a b\"}")]
    [InlineData("{\"app\": {\"version\": \"1.0\"}}")]
    public void A_record_that_can_not_be_read_has_no_version(string json)
    {
        _scene.Temp.Write(".appupdater/installed.json", json);

        Assert.Equal((null, false), Seen());
    }

    [Fact]
    public void The_last_outcome_is_told()
    {
        Directory.CreateDirectory(_scene.Layout.Own);
        var outcome = new SwapOutcome(SwapResult.Undone, "1.0", "2.0", "why", DateTimeOffset.UnixEpoch);
        new OutcomeFile(_scene.Layout, _scene.Files, NullLogger.Instance).Write("s1", outcome);

        Assert.Equal(outcome, _scene.Startup().LastSwap);
    }

    [Fact]
    public void Confirm_leaves_its_mark_where_the_host_has_to_call()
    {
        var swap = _scene.Prepare("committed", ConfirmMode.Call);
        var report = _scene.Startup();
        Assert.False(File.Exists(swap.HostConfirmation));

        report.Confirm();
        report.Confirm();

        Assert.True(File.Exists(swap.HostConfirmation));
    }

    [Fact]
    public void Confirm_does_nothing_where_nobody_waits_for_it()
    {
        var swap = _scene.Prepare("committed");

        _scene.Startup().Confirm();

        Assert.False(File.Exists(swap.HostConfirmation));
    }

    private (string?, bool) Seen() => _scene.Startup() is var report ? (report.Version, report.IsFirstRun) : default;

    private void WriteRecord(string version) =>
        _scene.Temp.Write(".appupdater/installed.json", $$"""{ "format": 1, "app": "a", "version": "{{version}}", "files": [ { "version": "no" } ] }""");
}
