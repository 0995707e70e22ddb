using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>The swap's folder on disk: prepares, finds and clears it. Not thread-safe; the caller holds the install's lock.</summary>
internal sealed class SwapStore(IDurableFiles files, InstallLayout layout)
{
    /// <summary>The swap that lies there, or null.</summary>
    /// <exception cref="UntrustedException">A journal past <c>prepared</c> can't be read; nothing was touched.</exception>
    internal FoundSwap? Find() => throw new NotSupportedException($"{files} {layout}");

    /// <summary>
    /// Moves the staged files in, copies the bootstrapper, writes the journal; all durable when it returns. A pending swap
    /// that lies there is discarded first; any other must be finished before.
    /// </summary>
    internal FoundSwap Prepare(SwapRequest request) => throw new NotSupportedException($"{request}");

    /// <summary>Drops a pending swap, or clears one that was confirmed or undone.</summary>
    internal void Clear(FoundSwap swap) => throw new NotSupportedException($"{swap}");
}
