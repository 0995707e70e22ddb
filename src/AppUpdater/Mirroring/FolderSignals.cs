using Microsoft.Extensions.Logging;

namespace AppUpdater.Mirroring;

/// <summary>
/// Tells that something in a folder changed, once a burst of changes pauses. It only makes the next comparison come sooner: what it misses, the
/// one after finds.
/// </summary>
internal sealed class FolderSignals : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBurst = TimeSpan.FromSeconds(5);

    private readonly MirrorOptions _options;
    private readonly string _root;
    private readonly string _own;
    private readonly OwnFiles _logs;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private FileSystemWatcher? _watcher;

    internal FolderSignals(string root, MirrorOptions options) =>
        (_root, _own, _options, _logs) =
            (root, Path.Join(root, RelativePath.OwnFolder), options, new OwnFiles(root, options.OwnLogs, options.IsCaseless));

    /// <summary>Begins to look, where it does not yet. What the system can't watch is compared every so often all the same.</summary>
    internal void Begin()
    {
        if (_watcher is not null || !Directory.Exists(_root))
            return;
        try
        {
            _watcher = new FileSystemWatcher(_root)
            {
                IncludeSubdirectories = true,
                InternalBufferSize = 64 * 1024,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
            };
            _watcher.Created += (_, change) => Signal(change.FullPath);
            _watcher.Changed += (_, change) => Signal(change.FullPath);
            _watcher.Deleted += (_, change) => Signal(change.FullPath);
            _watcher.Renamed += (_, change) => Signal(change.FullPath);
            _watcher.Error += (_, _) => Signal(_root); // events were lost
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _options.Logger.LogWarning("{Folder} can't be watched ({Reason}); changes are found by comparing it.", _root, Wording.Of(e));
        }
    }

    /// <summary>Returns once changes pause, or after so long without any.</summary>
    internal async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        if (!await WithinAsync(longest, ct).ConfigureAwait(false))
            return;
        var start = _options.Clock.GetTimestamp();
        while (_options.Clock.GetElapsedTime(start) < LongestBurst && await WithinAsync(Quiet, ct).ConfigureAwait(false))
        {
        }
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _changed.Dispose();
    }

    private async Task<bool> WithinAsync(TimeSpan time, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var signal = _changed.WaitAsync(either.Token);
        var first = await Task.WhenAny(signal, Task.Delay(time, _options.Clock, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await ((Task)signal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return first == signal || signal.IsCompletedSuccessfully;
    }

    private bool IsLog(string path) =>
        RelativePath.TryParse(Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/'), out var relative, out _) && _logs.Has(relative);

    private void Signal(string path)
    {
        if (path.StartsWith(_own, StringComparison.OrdinalIgnoreCase) || IsLog(path))
            return; // what a cycle itself writes must not begin the next
        try
        {
            _changed.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            return; // it is known already, or nobody waits any more
        }
    }
}
