using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// Looks once more at what a swap put in place, before its version counts as proven: a virus scanner may take a file minutes later. One look
/// for each file, none is read. Other bytes are no alarm, since an app may write to a file that came with it; none at all are.
/// </summary>
internal sealed class PlacedFiles(IDurableFiles files, InstallLayout layout)
{
    private static readonly ContentHash Nothing = ContentHash.Of([]);

    /// <summary>Who may have done what the updater did not do.</summary>
    internal const string ByAnother = "by another program, perhaps antivirus";

    /// <summary>Which of them are gone or were emptied, in a sentence; null where all are there.</summary>
    /// <param name="swap">A committed swap.</param>
    /// <exception cref="UntrustedException">Its journal can't be read as one.</exception>
    internal string? Removed(FoundSwap swap)
    {
        var gone = new SwapFolder(files, swap.Directory).Read(SwapState.Committed).Operations
            .Where(operation => operation.NewHash is not null && !IsThere(operation)).Select(operation => operation.Path.Value).ToArray();
        return gone.Length switch
        {
            0 => null,
            1 => $"{gone[0]} was removed {ByAnother}.",
            _ => $"{gone[0]} and {gone.Length - 1} more files were removed {ByAnother}.",
        };
    }

    private bool IsThere(SwapOperation operation) => files.Stat(operation.Path.Under(layout.Root)) switch
    {
        null => false,
        { Kind: FileKind.File, Length: 0 } => operation.NewHash == Nothing,
        _ => true,
    };
}
