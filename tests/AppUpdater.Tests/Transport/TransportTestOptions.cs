using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Transport;

/// <summary>Options whose time-outs are patience: short where a test wants one to run out.</summary>
internal static class TransportTestOptions
{
    internal static TransportOptions Create(ILogger? log = null, int connections = 4, int retries = 0, ServerSettings? server = null, int patience = 15) => new()
    {
        Server = server ?? new ServerSettings { Url = "ftp://127.0.0.1" },
        Connections = connections,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ReplyTimeout = TimeSpan.FromSeconds(patience),
        DataIdleTimeout = TimeSpan.FromSeconds(patience),
        FinalReplyTimeout = TimeSpan.FromSeconds(patience),
        Retries = retries,
        RetryDelay = TimeSpan.FromMilliseconds(10),
        Log = log ?? NullLogger.Instance,
    };

    internal static async Task<List<RemoteEntry>> ListAllAsync(this IRemoteSource source, RelativePath? folder = null, Func<RelativePath, bool>? enter = null)
    {
        var entries = new List<RemoteEntry>();
        await foreach (var entry in source.ListAsync(folder, enter ?? (_ => true), CancellationToken.None))
            entries.Add(entry);
        return [.. entries.OrderBy(entry => entry.Path)];
    }

    internal static RemoteUpload Upload(string path, byte[] content, string key = "k1", DateTimeOffset? modified = null, IProgress<int>? progress = null) => new()
    {
        Path = RelativePath.Parse(path),
        Length = content.Length,
        Key = key,
        Modified = modified,
        Progress = progress,
        OpenAsync = (offset, _) => Task.FromResult<Stream>(new MemoryStream(content, (int)offset, content.Length - (int)offset)),
    };

    internal static async Task<byte[]> ReadAllAsync(this IRemoteSource source, string path, long offset = 0, long? length = null)
    {
        await using var stream = await source.OpenReadAsync(RelativePath.Parse(path), offset, length, CancellationToken.None);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        await stream.CompleteAsync(CancellationToken.None);
        return content.ToArray();
    }
}

/// <summary>Counts what is reported, on the thread that reports it.</summary>
internal sealed class CollectedProgress : IProgress<int>
{
    internal long Sum { get; private set; }

    public void Report(int value) => Sum += value;
}

/// <summary>Keeps what was logged.</summary>
internal sealed class CollectedLog : ILogger
{
    private readonly List<string> _lines = [];

    internal string Text
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add(formatter(state, exception));
    }
}
