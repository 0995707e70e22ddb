using System.Collections.Concurrent;

namespace AppUpdater.Staging;

/// <summary>
/// Threads for what blocks on the disk, since the pool's few are for the transfers: as many as there was work for at once, up to
/// <paramref name="most"/>, each for many files. They end with this.
/// </summary>
internal sealed class FlushThreads(int most) : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _waiting = [];
    private readonly List<Thread> _threads = [];
    private readonly Lock _gate = new();

    public override int MaximumConcurrencyLevel => most;

    /// <summary>What waits is still done.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _waiting.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        _waiting.Add(task);
        lock (_gate)
        {
            if (_threads.Count == most)
                return;
            _threads.Add(new Thread(Work) { IsBackground = true, Name = "Flushes" });
            _threads[^1].Start();
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _waiting];

    private void Work()
    {
        foreach (var task in _waiting.GetConsumingEnumerable())
            TryExecuteTask(task);
    }
}
