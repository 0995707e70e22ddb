using System.Collections.Immutable;
using AppUpdater.Releases;

namespace AppUpdater.Mirroring;

/// <summary>What is taken away; or why nothing is, and how many files stay for that.</summary>
internal sealed record ChosenRemovals(ImmutableArray<MirrorAction> Actions, Wording? Note = null, int HeldBack = 0);

/// <summary>
/// What may be taken away from the destination: only what this mirror brought there, only where the source is sure to lack it, and never
/// more at once than a person would look at. Pure.
/// </summary>
internal static class RemovalRules
{
    private const int AlwaysAllowed = 20;

    /// <summary>The most files that may go at once.</summary>
    internal static int Limit(int known, int? most) => most ?? Math.Max(AlwaysAllowed, known / 10);

    /// <param name="files">With their sizes.</param>
    /// <param name="folders">Made by this mirror and gone from the source.</param>
    /// <param name="known">How many files the mirror knows.</param>
    /// <param name="most">The most files to remove; null: a tenth of <paramref name="known"/>, and at least 20.</param>
    /// <param name="doubt">Why the source may hold more than it showed; null: it does not.</param>
    internal static ChosenRemovals Choose(
        IReadOnlyCollection<(RelativePath Path, long Size)> files, IReadOnlyCollection<RelativePath> folders, int known, int? most, Wording? doubt)
    {
        if (files.Count == 0 && folders.Count == 0)
            return new ChosenRemovals([]);
        if (doubt is not null)
            return new ChosenRemovals([], $"Nothing is removed: {doubt}", files.Count);
        var limit = Limit(known, most);
        if (files.Count > limit)
        {
            return new ChosenRemovals(
                [],
                $"Nothing is removed: {files.Count} files are gone from the source, and at most {limit} may be removed at once. "
                + $"Look whether they were meant to go, and allow so many.",
                files.Count);
        }

        return new ChosenRemovals([
            .. files.OrderBy(file => file.Path).Select(file => new MirrorAction(MirrorActionKind.Remove, file.Path, file.Size, "gone from the source")),
            .. folders.OrderByDescending(folder => folder).Select(folder => new MirrorAction(MirrorActionKind.RemoveFolder, folder, 0, "gone from the source")),
        ]);
    }

    /// <summary>Whether a path must go before what the source has there can come: a file where a folder is now, or the reverse.</summary>
    internal static bool IsInTheWay(RelativePath path, Func<RelativePath, bool> isFile, IReadOnlySet<RelativePath> folders) =>
        folders.Contains(path) || isFile(path) || path.Folders().Any(isFile);
}
