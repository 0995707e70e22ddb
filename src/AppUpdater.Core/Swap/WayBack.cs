namespace AppUpdater.Core.Swap;

/// <summary>The old version's files, which a committed swap keeps for an undo.</summary>
internal sealed class WayBack(LiveFiles live, SwapFolder folder, SwapJournal journal)
{
    /// <summary>The first that lies nowhere any more, in a sentence; null where all are there. None is read unless it seems gone.</summary>
    internal string? Missing() =>
        journal.Operations.FirstOrDefault(operation => operation.OldHash is not null && !IsThere(operation)) is { } missing ? Gone(missing) : null;

    internal static string Gone(SwapOperation operation) =>
        $"The old version's {operation.Path} was removed {PlacedFiles.ByAnother}, from where it was kept for going back; install the app again over this folder.";

    private bool IsThere(SwapOperation operation) =>
        live.Exists(folder.Old(operation)) || live.Exists(folder.New(operation)) || live.Exists(folder.Out(operation)) || IsLive(operation);

    private bool IsLive(SwapOperation operation)
    {
        // What was removed and is there again is the user's own: it stays as he has it.
        var found = live.Look(operation.Path);
        return found.Has(operation.OldHash) || (operation.Kind == OperationKind.Remove && found.Kind is not null);
    }
}
