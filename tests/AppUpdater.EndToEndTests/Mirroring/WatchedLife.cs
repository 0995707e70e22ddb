using System.Globalization;
using System.Text;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>
/// A script for sh that works in a folder as people and programs do: creates, writes, renames and deletes files and folders, so many times,
/// chosen by a seed, with a short pause after each.
/// </summary>
internal sealed class WatchedLife(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _files = [];
    private readonly StringBuilder _script = new("set -e\n");
    private int _named;

    internal string Write(int steps, TimeSpan pause)
    {
        for (var i = 0; i < steps; i++)
        {
            Step();
            _script.Append(CultureInfo.InvariantCulture, $"sleep {pause.TotalSeconds}\n");
        }

        return _script.ToString();
    }

    private void Step()
    {
        var chance = _files.Count < 10 ? 0 : _random.Next(100);
        if (chance < 40)
            Create();
        else if (chance < 60)
            Say($"printf %s '{Text()}' >> '{Any()}'");
        else if (chance < 65)
            Say($"printf %s '{Text()}' > '{Any()}'");
        else if (chance < 80)
            Rename();
        else if (chance < 97)
            Delete();
        else if (chance < 99)
            RenameFolder();
        else
            DeleteFolder();
    }

    private void Create()
    {
        var folder = _random.Next(4) switch
        {
            0 => "",
            1 => $"d{_random.Next(8)}/",
            2 => $"d{_random.Next(8)}/sub folder {_random.Next(4)}/",
            _ => $"ñandú {_random.Next(3)}/d{_random.Next(3)}/e{_random.Next(3)}/",
        };
        var file = $"{folder}{NewName()}";
        Say($"mkdir -p './{folder}' && printf %s '{Text()}' > '{file}'");
        _files.Add(file);
    }

    private void Rename()
    {
        var from = Any();
        var to = _random.Next(5) == 0 && Any() is var other && other != from ? other : from[..(from.LastIndexOf('/') + 1)] + NewName();
        Say($"mv '{from}' '{to}'");
        _files.Remove(from);
        if (!_files.Contains(to))
            _files.Add(to);
    }

    private void Delete()
    {
        var file = Any();
        Say($"rm '{file}'");
        _files.Remove(file);
    }

    private void RenameFolder()
    {
        if (Folder() is not { } from)
            return;
        var to = $"moved {_named++}";
        Say($"mv '{from}' '{to}'");
        var moved = _files.Where(file => file.StartsWith(from + '/', StringComparison.Ordinal)).ToList();
        _files.RemoveAll(moved.Contains);
        _files.AddRange(moved.Select(file => to + file[from.Length..]));
    }

    private void DeleteFolder()
    {
        if (Folder() is not { } folder)
            return;
        Say($"rm -r '{folder}'");
        _files.RemoveAll(file => file.StartsWith(folder + '/', StringComparison.Ordinal));
    }

    private string? Folder()
    {
        var file = Any();
        return file.LastIndexOf('/') is > 0 and var slash ? file[..slash] : null;
    }

    private string Any() => _files[_random.Next(_files.Count)];

    private string NewName() => $"file {_named++}.{(_random.Next(2) == 0 ? "txt" : "dat")}";

    private string Text() => new((char)('a' + _random.Next(26)), _random.Next(3_000));

    private void Say(string line) => _script.Append(line).Append('\n');
}
