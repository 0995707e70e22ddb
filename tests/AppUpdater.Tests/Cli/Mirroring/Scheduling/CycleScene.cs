using System.Collections.Immutable;
using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Scheduling;
using AppUpdater.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Scheduling;

/// <summary>Cycles of a mirror whose runs are scripted, by a clock on which nobody waits.</summary>
internal sealed class CycleScene : IDisposable
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly CancellationTokenSource _stop = new();

    internal TempFolder Here { get; } = new();

    internal CycleClock Clock { get; } = new(Start);

    /// <summary>How much time had passed at the start of each run.</summary>
    internal List<TimeSpan> Runs { get; } = [];

    internal List<DateTimeOffset> RunsOnTheWall { get; } = [];

    internal List<string> Lines { get; } = [];

    internal List<string> Notes { get; } = [];

    internal MirrorStatus? Last { get; private set; }

    internal TimeSpan RunTakes { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What run number n, from 1 on, comes to.</summary>
    internal Func<int, MirrorReport> OnRun { get; set; } = _ => Report();

    internal ImmutableArray<string> OnError { get; set; } = [];

    internal MirrorDirection Direction { get; set; } = MirrorDirection.Pull;

    internal string State => Here[".appupdater/mirror"];

    internal string StatusFile => Directory.GetFiles(State, "*.status.json").Single();

    internal static MirrorReport Report(params ReadOnlySpan<MirrorFailure> failures) => new()
    {
        Transferred = 3,
        Removed = 0,
        Unchanged = 40,
        Skipped = 0,
        Bytes = 1_500_000,
        Elapsed = TimeSpan.FromSeconds(4.2),
        Failures = [.. failures],
    };

    internal static MirrorSchedule Every(double minutes) => new() { Every = TimeSpan.FromMinutes(minutes), Zone = TimeZoneInfo.Utc };

    internal static MirrorSchedule Cron(string text) => new() { Cron = text, Zone = TimeZoneInfo.Utc };

    internal IReadOnlyList<double> MinutesOfRuns => [.. Runs.Select(run => Math.Round(run.TotalMinutes, 2))];

    internal MirrorJob Job(MirrorSchedule schedule) =>
        new("scenes", Direction, new MirrorOptions { Url = "ftp://anna:secret@server.example/scenes", Directory = Here.Root, Clock = Clock })
        {
            Schedule = schedule, OnError = OnError,
        };

    internal CycleHost Host() => new(
        (status, line) =>
        {
            Last = status;
            Lines.Add(line);
        },
        note =>
        {
            lock (Notes)
                Notes.Add(note);
        })
    {
        Jitter = () => 0,
    };

    /// <summary>Runs a new process's cycles, and stops them once so many have ended.</summary>
    internal async Task RunAsync(MirrorSchedule schedule, int cycles)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var before = Runs.Count;
        var host = Host();
        var counting = host with
        {
            Ended = (status, line) =>
            {
                host.Ended(status, line);
                if (Runs.Count - before == cycles)
                    stop.Cancel();
            },
        };
        await new MirrorCycles(Job(schedule), RunOnceAsync, counting).RunAsync(stop.Token);
    }

    internal void Stop() => _stop.Cancel();

    public void Dispose()
    {
        _stop.Dispose();
        Here.Dispose();
    }

    private Task<MirrorReport> RunOnceAsync(CancellationToken ct)
    {
        Runs.Add(Clock.Passed);
        RunsOnTheWall.Add(Clock.GetUtcNow());
        Clock.Advance(RunTakes);
        var report = OnRun(Runs.Count);
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(report);
    }
}
