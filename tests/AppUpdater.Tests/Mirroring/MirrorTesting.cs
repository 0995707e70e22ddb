using AppUpdater.Mirroring;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Mirroring;

/// <summary>Keeps what a mirror told, in order.</summary>
internal sealed class ToldEvents : IProgress<MirrorEvent>
{
    private readonly List<MirrorEvent> _events = [];

    internal Action<MirrorEvent>? OnEvent { get; init; }

    internal IReadOnlyList<MirrorEvent> All
    {
        get
        {
            lock (_events)
                return [.. _events];
        }
    }

    public void Report(MirrorEvent value)
    {
        lock (_events)
            _events.Add(value);
        OnEvent?.Invoke(value);
    }

    internal IReadOnlyList<string> Paths(MirrorEventKind kind, bool isSuccess = true) =>
        [.. All.Where(told => told.Kind == kind && told.IsSuccess == isSuccess).Select(told => told.Path?.Value ?? ".")];
}

/// <summary>What mirrors are tried with: short pauses, and trees that can be compared.</summary>
internal static class MirrorTesting
{
    internal static readonly DateTime Old = new(2020, 5, 17, 10, 0, 0, DateTimeKind.Utc);

    internal static MirrorOptions Options(this LoopbackFtpServer server, string directory) => Options($"{server.Url}", directory);

    internal static MirrorOptions Options(string url, string directory) => new()
    {
        Url = url,
        Directory = directory,
        Connections = 4,
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(20),
        Stillness = TimeSpan.FromMilliseconds(100),
    };

    internal static string WriteOld(this TempFolder folder, string path, string text, int minutes = 0)
    {
        var full = folder.Write(path, text);
        File.SetLastWriteTimeUtc(full, Old.AddMinutes(minutes));
        return full;
    }

    internal static async Task<MirrorReport> PullAsync(MirrorOptions options, ToldEvents? told = null, CancellationToken ct = default)
    {
        await using var pull = MirrorPull.Open(options);
        return await pull.ExecuteAsync(await pull.PlanAsync(ct), told, ct);
    }

    internal static async Task<MirrorPlan> PlanPullAsync(MirrorOptions options)
    {
        await using var pull = MirrorPull.Open(options);
        return await pull.PlanAsync();
    }

    internal static async Task<MirrorReport> PushAsync(MirrorOptions options, ToldEvents? told = null, CancellationToken ct = default)
    {
        await using var push = MirrorPush.Open(options);
        return await push.ExecuteAsync(await push.PlanAsync(ct), told, ct);
    }

    internal static async Task<MirrorPlan> PlanPushAsync(MirrorOptions options)
    {
        await using var push = MirrorPush.Open(options);
        return await push.PlanAsync();
    }

    internal static RelativePath P(string path) => RelativePath.Parse(path);

    internal static IReadOnlyList<string> Lines(MirrorPlan plan) => [.. plan.Actions.Select(action => $"{action.Kind} {action.Path}")];

    /// <summary>Every file with its content, and every folder, but the updater's own.</summary>
    internal static IReadOnlyList<string> Tree(string root)
    {
        var own = Path.Join(root, ".appupdater");
        return [.. Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(path => !path.StartsWith(own, StringComparison.Ordinal))
            .Select(path => Directory.Exists(path) ? $"{Path.GetRelativePath(root, path)}/" : $"{Path.GetRelativePath(root, path)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}")
            .Order(StringComparer.Ordinal)];
    }

    internal static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var i = 0; i < 300; i++)
        {
            if (condition())
                return;
            await Task.Delay(100);
        }

        Assert.Fail($"It never came about: {what}");
    }
}
