using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// Where this executable lies, and with that what it is: under the app's entry name it is the gate. <see cref="IsGone"/>: the name
/// belongs to another file by now, which can only be the app.
/// </summary>
internal sealed record OwnProgram(string Path, bool IsGone)
{
    private const string DeletedSuffix = " (deleted)"; // proc(5)

    internal static OwnProgram Find()
    {
        var path = Environment.ProcessPath ?? throw new InvalidOperationException("The system does not tell this executable's path.");
        return path.EndsWith(DeletedSuffix, StringComparison.Ordinal) && !File.Exists(path)
            ? new OwnProgram(path[..^DeletedSuffix.Length], IsGone: true)
            : new OwnProgram(path, IsGone: false);
    }

    internal string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The swap that has this file as its gate; null where this is none.</summary>
    /// <exception cref="UntrustedException">The journal can't be read.</exception>
    internal (InstallLayout Layout, FoundSwap Swap)? Gate(IDurableFiles files)
    {
        for (var folder = Folder; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var layout = new InstallLayout(folder);
            if (System.IO.Path.GetFileName(folder) == RelativePath.OwnFolder)
                return null;
            if (files.Stat(layout.Swaps) is not { Kind: FileKind.Directory })
                continue;
            return new SwapStore(files, layout).Find() is { Header.Entry: { } entry } swap && IsSame(entry.Under(folder)) ? (layout, swap) : null;
        }

        return null;
    }

    private bool IsSame(string other) => string.Equals(Path, other, LocalPaths.Comparison);
}
