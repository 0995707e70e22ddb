namespace AppUpdater.Tests.Core.Simulation;

/// <summary>A name in a folder; folders are known by number, as their own names may change.</summary>
internal readonly record struct NameInFolder(int Folder, string Name);

/// <summary>
/// One step on names (rename, exchange, link, unlink, create, mkdir, rmdir): what each name stands for afterwards, 0 for nothing.
/// It survives whole or not at all, and independently of those before and after it.
/// </summary>
internal sealed record NameChange(IReadOnlyList<(NameInFolder Name, int Node)> Names, bool IsDurable)
{
    internal bool Touches(int folder) => Names.Any(name => name.Name.Folder == folder);

    internal void ApplyTo(Dictionary<NameInFolder, int> names)
    {
        foreach (var (name, node) in Names)
        {
            if (node == 0)
                names.Remove(name);
            else
                names[name] = node;
        }
    }
}
