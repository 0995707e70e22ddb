using AppUpdater.Cli.Mirroring;
using AppUpdater.Cli.Mirroring.Logging;
using AppUpdater.Mirroring;
using AppUpdater.Testing;
using AppUpdater.Tests.Mirroring;

namespace AppUpdater.Tests.Cli.Mirroring.Logging;

/// <summary>A served folder, a mirrored one and one for logs, and jobs between them.</summary>
internal sealed class LogScene : IAsyncDisposable
{
    internal static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("Here", TimeSpan.FromHours(-3), "Here", "Here");

    internal LogScene() => Server = LoopbackFtpServer.Start(Served.Root);

    internal TempFolder Served { get; } = new();

    internal TempFolder Here { get; } = new();

    internal TempFolder Logs { get; } = new();

    internal LoopbackFtpServer Server { get; }

    internal DayClock Clock { get; } = new();

    internal List<string> Notes { get; } = [];

    internal MirrorLogOptions Log { get; set; } = MirrorLogOptions.None;

    internal MirrorJob Job(MirrorDirection direction, Func<MirrorOptions, MirrorOptions>? change = null)
    {
        var log = Log == MirrorLogOptions.None ? new MirrorLogOptions(Logs.Root, "ana", MirrorLogStyle.Standard, Logs["log.jsonl"]) : Log;
        var options = Server.Options(Here.Root) with { OwnLogs = LogPlaces.Of(direction, log), Clock = Clock };
        return new MirrorJob(null, direction, change is null ? options : change(options)) { Log = log };
    }

    internal MirrorLog Open(MirrorJob job) => MirrorLog.Open(job, Clock, Notes.Add);

    internal async Task<MirrorReport> RunAsync(MirrorJob job)
    {
        using var log = Open(job);
        return await RunAsync(job, log);
    }

    internal static async Task<MirrorReport> RunAsync(MirrorJob job, IMirrorListener listener)
    {
        try
        {
            if (job.Direction == MirrorDirection.Pull)
            {
                await using var pull = MirrorPull.Open(job.Options);
                var plan = await pull.PlanAsync();
                listener.Planned(plan);
                return Ended(listener, await pull.ExecuteAsync(plan, new Forward(listener)));
            }

            await using var push = MirrorPush.Open(job.Options);
            var sent = await push.PlanAsync();
            listener.Planned(sent);
            return Ended(listener, await push.ExecuteAsync(sent, new Forward(listener)));
        }
        catch (Exception e)
        {
            listener.Failed(e);
            throw;
        }
    }

    internal IReadOnlyList<string> Lines(string name) => File.Exists(Logs[name]) ? [.. File.ReadAllLines(Logs[name]).Where(line => line.Length > 0)] : [];

    /// <summary>The standard log, each line of which must be whole.</summary>
    internal IReadOnlyList<LogEntry> Entries(string name) => [.. Lines(name).Select(Parsed)];

    internal static LogEntry Parsed(string line)
    {
        Assert.True(StandardFormat.TryParse(line, out var entry), line);
        return entry;
    }

    internal static string Words(LogEntry entry) => $"{LogWords.Of(entry.Event)} {entry.Path ?? "-"} {LogWords.Of(entry.State)}";

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Served.Dispose();
        Here.Dispose();
        Logs.Dispose();
    }

    private static MirrorReport Ended(IMirrorListener listener, MirrorReport report)
    {
        listener.Ended(report);
        return report;
    }

    private sealed class Forward(IMirrorListener listener) : IProgress<MirrorEvent>
    {
        public void Report(MirrorEvent value) => listener.Happened(value);
    }
}

/// <summary>A clock of its own zone that is put by hand.</summary>
internal sealed class DayClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => LogScene.Zone;

    public override DateTimeOffset GetUtcNow() => Now;
}
