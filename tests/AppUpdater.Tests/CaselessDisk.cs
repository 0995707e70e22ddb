using AppUpdater.Core.Disk;

namespace AppUpdater.Tests;

/// <summary>The real disk below a folder, with names found in any case, as on Windows and macOS.</summary>
internal sealed class CaselessDisk(IDurableFiles real, string root) : WrappedDisk(real)
{
    public override FileFacts? Stat(string path) => base.Stat(At(path));

    public override IReadOnlyList<string> List(string directory) => [.. base.List(At(directory)).Select(full => Path.Join(directory, Path.GetFileName(full)))];

    public override Stream OpenRead(string path) => base.OpenRead(At(path));

    public override Stream CreateNew(string path, UnixFileMode? mode) => base.CreateNew(At(path), mode);

    public override void FlushFile(string path) => base.FlushFile(At(path));

    public override void FlushDirectory(string path) => base.FlushDirectory(At(path));

    public override void Rename(string from, string to)
    {
        var standing = At(from);
        if (At(to) != standing)
            base.Rename(standing, At(to));
        else if (Directory.Exists(standing))
            Directory.Move(standing, Path.Join(Path.GetDirectoryName(standing), Path.GetFileName(to)));
        else
            base.Rename(standing, Path.Join(Path.GetDirectoryName(standing), Path.GetFileName(to)));
    }

    public override void Replace(string from, string to) => base.Replace(At(from), At(to));

    public override bool TryExchange(string one, string other) => base.TryExchange(At(one), At(other));

    public override bool TryLink(string existing, string added) => base.TryLink(At(existing), At(added));

    public override void CreateDirectory(string path) => base.CreateDirectory(At(path));

    public override void DeleteFile(string path) => base.DeleteFile(At(path));

    public override void DeleteDirectory(string path) => base.DeleteDirectory(At(path));

    public override void SetFacts(string path, UnixFileMode? mode, DateTimeOffset? modified) => base.SetFacts(At(path), mode, modified);

    public override void SetAttributes(string path, FileAttributes attributes) => base.SetAttributes(At(path), attributes);

    private string At(string path)
    {
        if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return path;
        var at = root;
        foreach (var segment in path[(root.Length + 1)..].Split(Path.DirectorySeparatorChar))
        {
            var found = Directory.Exists(at) ? base.List(at).Where(full => Path.GetFileName(full).Equals(segment, StringComparison.OrdinalIgnoreCase)).ToArray() : [];
            at = found.Length == 1 ? found[0] : Path.Join(at, segment);
        }

        return at;
    }
}
