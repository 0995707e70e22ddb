using AppUpdater.Core.Disk;

namespace AppUpdater.Tests;

/// <summary>The real disk below a folder, with names found in any case, as on Windows and macOS.</summary>
internal sealed class CaselessDisk(IDurableFiles real, string root) : IDurableFiles
{
    public FileFacts? Stat(string path) => real.Stat(At(path));

    public IReadOnlyList<string> List(string directory) => [.. real.List(At(directory)).Select(full => Path.Join(directory, Path.GetFileName(full)))];

    public Stream OpenRead(string path) => real.OpenRead(At(path));

    public Stream CreateNew(string path, UnixFileMode? mode) => real.CreateNew(At(path), mode);

    public void FlushFile(string path) => real.FlushFile(At(path));

    public void FlushDirectory(string path) => real.FlushDirectory(At(path));

    public void Rename(string from, string to)
    {
        var standing = At(from);
        if (At(to) != standing)
            real.Rename(standing, At(to));
        else if (Directory.Exists(standing))
            Directory.Move(standing, Path.Join(Path.GetDirectoryName(standing), Path.GetFileName(to)));
        else
            real.Rename(standing, Path.Join(Path.GetDirectoryName(standing), Path.GetFileName(to)));
    }

    public void Replace(string from, string to) => real.Replace(At(from), At(to));

    public bool TryExchange(string one, string other) => real.TryExchange(At(one), At(other));

    public bool TryLink(string existing, string added) => real.TryLink(At(existing), At(added));

    public void CreateDirectory(string path) => real.CreateDirectory(At(path));

    public void DeleteFile(string path) => real.DeleteFile(At(path));

    public void DeleteDirectory(string path) => real.DeleteDirectory(At(path));

    public void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => real.SetFacts(At(path), mode, modified);

    public void SetAttributes(string path, FileAttributes attributes) => real.SetAttributes(At(path), attributes);

    private string At(string path)
    {
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return path;
        var at = root;
        foreach (var segment in path[(root.Length + 1)..].Split(Path.DirectorySeparatorChar))
        {
            var found = Directory.Exists(at) ? real.List(at).Where(full => Path.GetFileName(full).Equals(segment, StringComparison.OrdinalIgnoreCase)).ToArray() : [];
            at = found.Length == 1 ? found[0] : Path.Join(at, segment);
        }

        return at;
    }
}
