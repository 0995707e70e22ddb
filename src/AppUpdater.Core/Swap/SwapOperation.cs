using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>What an operation does. The order here is the order in the journal and of the way forward; an undo goes the other way.</summary>
internal enum OperationKind { Remove, RemoveDirectory, CreateDirectory, Place, Recase, Entry }

/// <summary>
/// One step of a swap with its before and after. <see cref="Slot"/> is the file's name in <c>new/</c> and <c>old/</c>.
/// A hash is null where nothing lies; directories have none. Old and new hash may be equal: then only the look changes.
/// </summary>
internal sealed record SwapOperation(OperationKind Kind, RelativePath Path, int Slot)
{
    internal ContentHash? OldHash { get; init; }

    internal ContentHash? NewHash { get; init; }

    internal FileLook OldLook { get; init; } = FileLook.None;

    internal FileLook NewLook { get; init; } = FileLook.None;

    /// <summary>Of <see cref="OperationKind.Recase"/> alone: the path in its old case.</summary>
    internal RelativePath? From { get; init; }

    internal bool IsSameContent => OldHash is not null && OldHash == NewHash;

    internal bool IsFile => Kind is OperationKind.Place or OperationKind.Remove or OperationKind.Entry;
}
