using System.Text;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>A served folder as it lies on this machine's disk, behind the server's back.</summary>
internal sealed class ServedPlace
{
    internal ServedPlace(string root, string name)
    {
        Root = root;
        Name = name;
        MakeFolder(root);
    }

    internal string Root { get; }

    /// <summary>From the folder served.</summary>
    internal string Name { get; }

    internal string this[string relative] => Path.Join(Root, relative);

    /// <summary>Bytes without a pattern, the same for the same number.</summary>
    internal static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal byte[] Put(string relative, byte[] content)
    {
        if (Path.GetDirectoryName(relative) is { Length: > 0 } folder)
            MakeFolders(folder);
        File.WriteAllBytes(this[relative], content);
        return content;
    }

    internal byte[] Put(string relative, string content) => Put(relative, Encoding.UTF8.GetBytes(content));

    internal void MakeFolders(string relative)
    {
        var path = Root;
        foreach (var part in relative.Split('/'))
            MakeFolder(path = Path.Join(path, part));
    }

    internal byte[] Read(string relative) => File.ReadAllBytes(this[relative]);

    /// <summary>All files below, with /, in order: what was left behind is seen too.</summary>
    internal IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(file => Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)];

    /// <summary>A server may act as another user than the test.</summary>
    internal static void OpenToAll(string folder)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
    }

    private static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path);
        OpenToAll(path);
    }
}
