namespace AppUpdater.Core.Disk;

/// <summary>Writes a small file whole or not at all: temp name, flush, rename, flush (the order git's lockfile.h describes, made durable).</summary>
internal static class AtomicFile
{
    internal static void Write(IDurableFiles files, string path, ReadOnlySpan<byte> content)
    {
        var temp = path + ".tmp";
        if (files.Stat(temp) is not null)
            files.DeleteFile(temp);
        using (var stream = files.CreateNew(temp, mode: null))
            stream.Write(content);
        files.FlushFile(temp);
        files.Replace(temp, path);
        files.FlushDirectory(Path.GetDirectoryName(path)!);
    }
}
