using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;

namespace AppUpdater.Tests.Core.Simulation;

/// <summary>
/// A disk in memory that remembers what was flushed and loses the rest when asked to. Files and folders are nodes with any number
/// of names. Each call that changes something is one step.
/// </summary>
internal sealed partial class SimulatedDisk : IDurableFiles
{
    private const int Top = 1;

    private readonly Dictionary<int, SimulatedNode> _nodes;
    private readonly Dictionary<NameInFolder, int> _names;
    private readonly Dictionary<NameInFolder, int> _durable;
    private readonly List<NameChange> _pending;
    private readonly Dictionary<string, string[]> _segments;
    private readonly Dictionary<int, long> _changed = [];
    private int _lastNode;
    private long _changes;

    internal SimulatedDisk(DiskTraits traits)
    {
        Traits = traits;
        _nodes = new() { [Top] = SimulatedNode.Folder };
        _names = [];
        _durable = [];
        _pending = [];
        _segments = [];
        _lastNode = Top;
    }

    private SimulatedDisk(SimulatedDisk other, Dictionary<NameInFolder, int> names, Dictionary<NameInFolder, int> durable, List<NameChange> pending)
    {
        Traits = other.Traits;
        _nodes = new(other._nodes);
        _names = names;
        _durable = durable;
        _pending = pending;
        _segments = other._segments;
        _lastNode = other._lastNode;
    }

    internal DiskTraits Traits { get; set; }

    /// <summary>Called before each step takes effect, with its description: looks, or throws to end or hinder it.</summary>
    internal Action<string>? BeforeStep { get; set; }

    /// <summary>Called when a file is opened for reading, with its path.</summary>
    internal Action<string>? OnRead { get; set; }

    /// <summary>Called at each flush with its kind and path; false makes the flush do nothing.</summary>
    internal Func<string, string, bool>? AllowFlush { get; set; }

    internal void AddLink(string path) => Add(path, new SimulatedNode(FileKind.Link, [], FileLook.None, null));

    public FileFacts? Stat(string path) => Find(path) is not (> 0 and var id) ? null : Facts(id, _nodes[id]);

    public IReadOnlyList<string> List(string directory)
    {
        var folder = Need(directory, FileKind.Directory);
        return [.. _names.Keys.Where(name => name.Folder == folder).Select(name => Path.Join(directory, name.Name)).Order(StringComparer.Ordinal)];
    }

    public Stream OpenRead(string path)
    {
        OnRead?.Invoke(path);
        if (Traits.Unreadable.Contains(path))
            throw new IOException($"{path} is being used by another process.");
        return new MemoryStream(_nodes[Need(path, FileKind.File)].Content, writable: false);
    }

    /// <summary>Writes over a file in place, as an editor might: the same inode, and the same time where that is set back.</summary>
    internal void Overwrite(string path, byte[] bytes, DateTimeOffset? modified)
    {
        var id = Need(path, FileKind.File);
        _nodes[id] = _nodes[id] with { Content = bytes, Look = _nodes[id].Look with { Modified = modified ?? _nodes[id].Look.Modified } };
        Touch(id);
    }

    public Stream CreateNew(string path, UnixFileMode? mode)
    {
        Step($"create {path}");
        var id = Add(path, new SimulatedNode(FileKind.File, [], new FileLook(mode, null), null));
        return new SimulatedWriter(bytes =>
        {
            Step($"write {path}");
            _nodes[id] = _nodes[id] with { Content = [.. _nodes[id].Content, .. bytes] };
            Touch(id);
        });
    }

    public void FlushFile(string path)
    {
        var id = Need(path, FileKind.File);
        Step($"flush file {path}");
        if (AllowFlush?.Invoke("file", path) ?? true)
            _nodes[id] = _nodes[id].AfterFlush();
    }

    public void FlushDirectory(string path)
    {
        var folder = Need(path, FileKind.Directory);
        Step($"flush folder {path}");
        if (!(AllowFlush?.Invoke("folder", path) ?? true))
            return;
        for (var index = 0; index < _pending.Count; index++)
        {
            if (_pending[index].Touches(folder))
                _pending[index] = _pending[index] with { IsDurable = true };
        }

        Forget();
    }

    public void Rename(string from, string to)
    {
        RefuseStuck(from, to);
        if (Find(from) is > 0 and var same && Find(to) == same)
        {
            Recase(from, to, same);
            return;
        }

        var (node, target) = (Find(from) is > 0 and var id ? id : Need(from, FileKind.File), Free(to));
        Step($"rename {from} to {to}");
        Change((NameOf(from), 0), (target, node));
    }

    public void Replace(string from, string to)
    {
        RefuseStuck(from, to);
        var (node, target) = (Need(from, FileKind.File), NameOf(to));
        if (Find(to) is > 0 and var there && _nodes[there].Kind == FileKind.Directory)
            throw new IOException($"{to} is a folder.");
        RefuseInUse(to);
        Unlock(to);
        Step($"replace {to} by {from}");
        Change((NameOf(from), 0), (target, node));
    }

    public bool TryExchange(string one, string other)
    {
        if (!Traits.CanExchange)
            return false;
        RefuseStuck(one, other);
        var (first, second) = (Need(one, FileKind.File), Need(other, FileKind.File));
        Step($"exchange {one} and {other}");
        Change((NameOf(one), second), (NameOf(other), first));
        return true;
    }

    public bool TryLink(string existing, string added)
    {
        RefuseStuck(added);
        if (!Traits.CanLink)
            return false;
        var (node, name) = (Need(existing, FileKind.File), Free(added));
        Step($"link {existing} as {added}");
        Change((name, node));
        return true;
    }

    public void CreateDirectory(string path)
    {
        if (Find(path) is > 0 and var there && _nodes[there].Kind == FileKind.Directory)
            return;
        Step($"create folder {path}");
        Add(path, SimulatedNode.Folder);
    }

    public void DeleteFile(string path)
    {
        RefuseStuck(path);
        if (Find(path) is not > 0)
            return;
        RefuseInUse(path);
        Unlock(path);
        Step($"delete {path}");
        Change((NameOf(path), 0));
    }

    public void DeleteDirectory(string path)
    {
        Need(path, FileKind.Directory);
        if (List(path).Count > 0)
            throw new IOException($"{path} is not empty.");
        Step($"delete folder {path}");
        Change((NameOf(path), 0));
    }

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified)
    {
        if (Find(path) is not (> 0 and var id))
            throw new FileNotFoundException($"{path} is missing.", path);
        Step($"set facts of {path}");
        var look = _nodes[id].Look;
        _nodes[id] = _nodes[id] with { Look = look with { Mode = mode ?? look.Mode, Modified = modified ?? look.Modified } };
        Touch(id);
    }

    private FileFacts Facts(int id, SimulatedNode node) =>
        new(node.Kind, node.Content.Length, node.Look.Modified ?? DateTimeOffset.UnixEpoch, node.Look.Mode)
        {
            Attributes = node.Look.Attributes,
            Identity = new FileIdentity(1, (ulong)id, Traits.HasNoCtime ? (node.Look.Modified ?? DateTimeOffset.UnixEpoch).UtcTicks : 1 + _changed.GetValueOrDefault(id)),
        };

    /// <summary>What sets ctime: bytes, facts and names.</summary>
    private void Touch(int id) => _changed[id] = ++_changes;

    private void Step(string what) => BeforeStep?.Invoke(what);

    private void Change(params ReadOnlySpan<(NameInFolder Name, int Node)> names)
    {
        var change = new NameChange(names.ToArray(), IsDurable: false);
        change.ApplyTo(_names);
        _pending.Add(change);
        foreach (var (_, node) in names)
            Touch(node);
    }

    private int Add(string path, SimulatedNode node)
    {
        var name = Free(path);
        _nodes[++_lastNode] = node;
        Change((name, _lastNode));
        return _lastNode;
    }
}
