using System.Collections.Immutable;
using AppUpdater.Core.Hashing;

namespace AppUpdater.Core.Swap;

/// <summary>
/// What a swap will do, all of it, written before anything is done. <see cref="Gate"/> is the hash of the bootstrapper's copy,
/// by which the gate is told from a file of the user's.
/// </summary>
internal sealed record SwapJournal(SwapHeader Header, ContentHash Gate, ImmutableArray<SwapOperation> Operations)
{
    /// <summary>Most operations that a journal may hold.</summary>
    internal const int MaxOperations = 1_000_000;

    /// <summary>The one file of the updater's own that a swap replaces.</summary>
    internal static RelativePath InstalledRecord { get; } = RelativePath.OfUpdater("installed.json");

    /// <summary>The operation on what is started; null where the swap has no entry.</summary>
    internal SwapOperation? Entry => Operations is [.., { Kind: OperationKind.Entry } last] ? last : null;

    internal IEnumerable<SwapOperation> Of(OperationKind kind) => Operations.Where(operation => operation.Kind == kind);

    /// <summary>What makes this journal unfit to be carried out, or null.</summary>
    internal string? Problem()
    {
        if (Operations.Length > MaxOperations)
            return $"it has more than {MaxOperations} operations";
        if (Header.Entry is { } entry ? Entry?.Path != entry : Entry is not null)
            return "its entry and its last operation do not agree";
        if (Operations.Count(operation => operation.Kind == OperationKind.Entry) > 1)
            return "it has more than one entry";
        var slots = new HashSet<int>();
        var paths = new HashSet<(bool IsFile, RelativePath Path)>();
        foreach (var operation in Operations)
        {
            if (operation.Slot < 0 || !slots.Add(operation.Slot))
                return $"it uses slot {operation.Slot} twice";
            if (!paths.Add((operation.IsFile, operation.Path)))
                return $"it names {operation.Path} twice";
            if (ShapeProblem(operation) is { } problem)
                return problem;
        }

        var files = Operations.Where(operation => operation.NewHash is not null).Select(operation => operation.Path).ToHashSet();
        return Of(OperationKind.CreateDirectory).FirstOrDefault(folder => files.Contains(folder.Path)) is { } both
            ? $"it makes {both.Path} a file and a folder"
            : null;
    }

    private static bool IsCaseAlone(RelativePath from, RelativePath to) =>
        from != to && from.Parent == to.Parent && from.Name.Equals(to.Name, StringComparison.OrdinalIgnoreCase);

    private static string? ShapeProblem(SwapOperation operation)
    {
        var fits = operation.Kind switch
        {
            OperationKind.Place or OperationKind.Entry => operation.NewHash is not null,
            OperationKind.Remove => operation is { OldHash: not null, NewHash: null },
            OperationKind.Recase => operation is { OldHash: null, NewHash: null, From: { } from } && IsCaseAlone(from, operation.Path),
            _ => operation is { OldHash: null, NewHash: null },
        };
        fits &= operation.Kind == OperationKind.Recase || operation.From is null;
        var isAllowed = operation.Path == InstalledRecord || RelativePath.TryParse(operation.Path.Value, out _, out _);
        // No setuid, setgid or sticky bit comes from a release.
        return fits && isAllowed && (operation.NewLook.Mode is not { } mode || (int)mode is >= 0 and <= 0x1FF)
            ? null
            : $"its operation on {operation.Path} is not one of those it may hold";
    }
}
