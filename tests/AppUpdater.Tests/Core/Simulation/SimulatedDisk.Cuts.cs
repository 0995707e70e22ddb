using System.Text;
using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>What is left of the disk when a process or the power ends, and a look at it.</summary>
internal sealed partial class SimulatedDisk
{
    internal IReadOnlyList<NameChange> Pending => _pending;

    /// <summary>What the process leaves that is ended here: nothing is lost, nothing more is durable.</summary>
    internal SimulatedDisk AfterKill() => new(this, new(_names), new(_durable), [.. _pending]);

    /// <summary>Files with bytes that were not flushed.</summary>
    internal IReadOnlyList<int> Dirty() => [.. _nodes.Where(node => node.Value.IsDirty).Select(node => node.Key).Order()];

    internal int WaysToRemain(int node) => _nodes[node].Remains().Count;

    /// <summary>What is left when the power fails here: these pending changes of names, and of each dirty file that remainder.</summary>
    internal SimulatedDisk AfterPowerCut(Func<int, bool> survives, Func<int, int> remainder)
    {
        var names = new Dictionary<NameInFolder, int>(_durable);
        for (var index = 0; index < _pending.Count; index++)
        {
            if (_pending[index].IsDurable || survives(index))
                _pending[index].ApplyTo(names);
        }

        var left = new SimulatedDisk(this, names, new(names), []);
        foreach (var (id, node) in _nodes)
            left._nodes[id] = node.IsDirty ? node.Remains()[remainder(id)].AfterFlush() : node;
        return left;
    }

    /// <summary>All as if flushed: for what lay there before the story begins.</summary>
    internal void Settle()
    {
        foreach (var change in _pending)
            change.ApplyTo(_durable);
        _pending.Clear();
        foreach (var id in Dirty())
            _nodes[id] = _nodes[id].AfterFlush();
    }

    /// <summary>Drops what makes no difference any more: what is durable from the start on, and what a durable change has overtaken.</summary>
    private void Forget()
    {
        var overtaken = new HashSet<NameInFolder>();
        for (var index = _pending.Count - 1; index >= 0; index--)
        {
            var change = _pending[index];
            if (change.IsDurable)
                overtaken.UnionWith(change.Names.Select(name => name.Name));
            else if (change.Names.All(name => overtaken.Contains(name.Name)))
                _pending.RemoveAt(index);
        }

        while (_pending is [{ IsDurable: true } first, ..])
        {
            first.ApplyTo(_durable);
            _pending.RemoveAt(0);
        }
    }

    /// <summary>All below a folder, with paths relative to it; the text is empty where there is none.</summary>
    internal IEnumerable<(string Path, string Text, FileFacts Facts)> Everything(string folder)
    {
        var inner = _names.ToLookup(name => name.Key.Folder, name => (name.Key.Name, Node: name.Value));
        var open = new Stack<(int Folder, string Prefix)>([(Need(folder, FileKind.Directory), "")]);
        while (open.TryPop(out var at))
        {
            foreach (var (name, id) in inner[at.Folder])
            {
                var node = _nodes[id];
                if (node.Kind == FileKind.Directory)
                    open.Push((id, $"{at.Prefix}{name}/"));
                yield return (at.Prefix + name, Encoding.UTF8.GetString(node.Content), Facts(id, node));
            }
        }
    }
}
