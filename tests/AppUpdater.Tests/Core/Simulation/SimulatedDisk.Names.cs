using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>What is peculiar to Windows and macOS: names in any case, files that may not be replaced before they lose an attribute.</summary>
internal sealed partial class SimulatedDisk
{
    public void SetAttributes(string path, FileAttributes attributes)
    {
        var id = Need(path, FileKind.File);
        Step($"set attributes of {path}");
        _nodes[id] = _nodes[id] with { Look = _nodes[id].Look with { Attributes = attributes } };
        Touch(id);
    }

    /// <summary>One step from one case to another, of a folder's name too.</summary>
    private void Recase(string from, string to, int node)
    {
        var standing = NameOf(from);
        var asked = standing with { Name = Path.GetFileName(to) };
        if (asked == standing)
            throw new IOException($"{to} exists.");
        Step($"rename {from} to {to}");
        Change((standing, 0), (asked, node));
    }

    private NameInFolder Standing(NameInFolder name)
    {
        if (!Traits.IgnoresCase || _names.ContainsKey(name))
            return name;
        foreach (var other in _names.Keys)
        {
            if (other.Folder == name.Folder && other.Name.Equals(name.Name, StringComparison.OrdinalIgnoreCase))
                return other;
        }

        return name;
    }

    /// <summary>As Windows wants it before a file is replaced or deleted: a step of its own, for all names of the file.</summary>
    private void Unlock(string path)
    {
        if (Find(path) is not (> 0 and var id) || !_nodes[id].Look.Attributes.HasFlag(FileAttributes.ReadOnly))
            return;
        Step($"make {path} writable");
        _nodes[id] = _nodes[id] with { Look = _nodes[id].Look with { Attributes = _nodes[id].Look.Attributes & ~FileAttributes.ReadOnly } };
        Touch(id);
    }
}
