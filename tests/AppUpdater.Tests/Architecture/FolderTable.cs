using System.Collections.Immutable;

namespace AppUpdater.Tests.Architecture;

/// <summary>
/// Folders in the order the data takes them, each a namespace below <paramref name="root"/>, the root itself last.
/// A folder may use those above it, never those below.
/// </summary>
internal sealed class FolderTable(string root, params string[] folders)
{
    internal IEnumerable<string> Violations(ImmutableHashSet<TypeUse> uses) =>
        from use in uses
        where IsOurs(use.UserNamespace) && IsOurs(use.UsedNamespace) && Place(use.UsedNamespace) > Place(use.UserNamespace)
        orderby use.User, use.Used
        select $"{use.UserNamespace}.{use.User} uses {use.UsedNamespace}.{use.Used}, which lies below it.";

    internal string Namespace(string folder) => folder.Length == 0 ? root : $"{root}.{folder.Replace('/', '.')}";

    /// <summary>Whether the code is written here: source generators put theirs into namespaces of their own.</summary>
    private bool IsOurs(string name) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    private int Place(string name)
    {
        if (name == root)
            return folders.Length;
        var folder = name[(root.Length + 1)..].Split('.')[0];
        var place = Array.IndexOf(folders, folder);
        return place >= 0 ? place : throw new InvalidOperationException($"The folder {folder} has no place in the table; give it one in {nameof(FolderTable)}'s user.");
    }
}
