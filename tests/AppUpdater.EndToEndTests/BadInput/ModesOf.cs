using System.Runtime.Versioning;

namespace AppUpdater.EndToEndTests.BadInput;

/// <summary>Another mode for a folder and all folders below it, until disposed.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ModesOf : IDisposable
{
    private readonly List<(string Folder, UnixFileMode Mode)> _were;

    internal ModesOf(string root, UnixFileMode mode)
    {
        _were = [.. Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Append(root).Select(folder => (folder, File.GetUnixFileMode(folder)))];
        foreach (var (folder, _) in _were)
            File.SetUnixFileMode(folder, mode);
    }

    public void Dispose()
    {
        foreach (var (folder, mode) in _were)
            File.SetUnixFileMode(folder, mode);
    }
}
