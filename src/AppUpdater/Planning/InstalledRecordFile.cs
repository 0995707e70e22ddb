using System.Collections.Immutable;
using System.IO.Abstractions;
using System.Text.Json;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Planning;

/// <summary>Reads and writes installed.json. What is read is checked like anything from elsewhere: it says which files may be removed.</summary>
internal static class InstalledRecordFile
{
    private const int MaxBytes = 256 * 1024 * 1024;
    private const int MostFiles = 1_000_000;

    /// <summary>The record at a path, or null where there is none.</summary>
    /// <exception cref="UntrustedException">The file is no such record.</exception>
    internal static InstalledRecord? Load(IFileSystem fs, string path)
    {
        if (!fs.File.Exists(path))
            return null;
        return fs.FileInfo.FromFileName(path).Length <= MaxBytes ? Read(fs.File.ReadAllBytes(path)) : throw Corrupt("it is too long");
    }

    /// <exception cref="UntrustedException">The bytes are no such record.</exception>
    internal static InstalledRecord Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw Corrupt("it is too long");
        try
        {
            return Check(StoredInstallJson.Read(bytes));
        }
        catch (JsonException failure)
        {
            throw Corrupt("it is not the JSON that is written there", failure);
        }
    }

    internal static byte[] Write(InstalledRecord record) => StoredInstallJson.Write(
        new StoredInstall
        {
            Format = 1,
            App = record.App,
            Version = record.Version.ToFullString(),
            Sequence = record.Sequence,
            Release = record.Release,
            Manifest = record.Manifest is { } manifest ? new StoredReference { Path = manifest.Path.Value, Size = manifest.Size, Sha256 = manifest.Hash.Hex } : null,
            Files = [.. record.Files.Select(file => Stored(file.Key, file.Value))],
            Folders = [.. record.Folders.Select(folder => folder.Value)],
        });

    private static StoredFile Stored(RelativePath path, InstalledFile file) => new()
    {
        Path = path.Value,
        Size = file.Size,
        Modified = file.Modified?.Utc,
        Precision = file.Modified?.Precision,
        LocalModified = file.LocalModified,
        Sha256 = file.Hash.Hex,
    };

    private static InstalledRecord Check(StoredInstall? stored)
    {
        if (stored is not { Format: 1, App.Length: > 0, Release.Length: > 0, Files: { } files, Folders: { } folders })
            throw Corrupt("a part is missing, or a newer version of the updater wrote it");
        if (files.Count > MostFiles || folders.Count > MostFiles)
            throw Corrupt("it lists too many files");
        if (!NuGetVersion.TryParse(stored.Version, out var version))
            throw Corrupt("its version does not parse");
        var byPath = ImmutableSortedDictionary.CreateBuilder<RelativePath, InstalledFile>();
        foreach (var file in files)
        {
            if (!byPath.TryAdd(Path(file?.Path), Check(file!)))
                throw Corrupt($"{file!.Path} stands there twice");
        }

        return new InstalledRecord
        {
            App = stored.App,
            Version = version,
            Sequence = stored.Sequence,
            Release = stored.Release,
            Manifest = stored.Manifest is { } manifest ? Check(manifest) : null,
            Files = byPath.ToImmutable(),
            Folders = [.. folders.Select(Path)],
        };
    }

    private static ManifestReference Check(StoredReference stored)
    {
        if (stored.Size is < 1 or > ManifestCodec.MaxBytes || Path(stored.Path) is not { Parent: not null } path)
            throw Corrupt("its manifest's place or size makes no sense");
        return ContentHash.TryParse(stored.Sha256 ?? "", out var hash) ? new ManifestReference(path, stored.Size, hash) : throw Corrupt("the hash of its manifest is none");
    }

    private static InstalledFile Check(StoredFile file)
    {
        if (file.Size < 0 || file.Precision < TimeSpan.Zero || file.Modified is null != file.Precision is null)
            throw Corrupt($"size or time of {file.Path} make no sense");
        return ContentHash.TryParse(file.Sha256 ?? "", out var hash)
            ? new InstalledFile(
                file.Size, file.Modified is { } utc ? new RemoteTime(utc.ToUniversalTime(), file.Precision!.Value) : null, file.LocalModified, hash)
            : throw Corrupt($"the hash of {file.Path} is none");
    }

    private static RelativePath Path(string? text) =>
        RelativePath.TryParse(text ?? "", out var path, out var problem) ? path : throw Corrupt(problem);

    private static UntrustedException Corrupt(string why, JsonException? inner = null) =>
        new($".appupdater/installed.json can't be used: {why.TrimEnd('.')}. "
            + "Restore it from a backup; without it the next update compares the whole tree and takes every file for the user's.", inner);
}

/// <summary>installed.json as it is stored.</summary>
internal sealed record StoredInstall
{
    public int Format { get; set; }
    public string? App { get; set; }
    public string? Version { get; set; }
    public long? Sequence { get; set; }
    public string? Release { get; set; }
    public StoredReference? Manifest { get; set; }
    public IReadOnlyList<StoredFile?>? Files { get; set; }
    public IReadOnlyList<string?>? Folders { get; set; }
}

/// <summary>The installed release's manifest: where it lies on the server, its length and hash there.</summary>
internal sealed record StoredReference
{
    public string? Path { get; set; }
    public long Size { get; set; }
    public string? Sha256 { get; set; }
}

/// <summary>One file of installed.json. Precision: of the server's time; both or neither are there.</summary>
internal sealed record StoredFile
{
    public string? Path { get; set; }
    public long Size { get; set; }
    public DateTimeOffset? Modified { get; set; }
    public TimeSpan? Precision { get; set; }
    public DateTimeOffset LocalModified { get; set; }
    public string? Sha256 { get; set; }
}
