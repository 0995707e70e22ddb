using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>Carries a swap out, back and to its end. Synchronous: once begun it is never cancelled, only cut off. The caller holds lock and running.</summary>
internal sealed class SwapRunner(IDurableFiles files, InstallLayout layout, TimeProvider clock)
{
    /// <summary>prepared → committed; stays prepared where a check fails, undone where an operation can't be finished.</summary>
    internal SwapReport Apply(FoundSwap swap) => throw new NotSupportedException($"{swap} {files} {layout} {clock}");

    /// <summary>Takes up what was cut off: applying goes forward, undoing goes on; the other states are left as they are.</summary>
    internal SwapReport Recover(FoundSwap swap) => throw new NotSupportedException($"{swap}");

    /// <summary>committed → undone.</summary>
    internal SwapReport Undo(FoundSwap swap) => throw new NotSupportedException($"{swap}");

    /// <summary>committed → confirmed.</summary>
    internal SwapReport Confirm(FoundSwap swap) => throw new NotSupportedException($"{swap}");
}
