using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using NuGet.Versioning;

namespace AppUpdater.Backup;

/// <summary>A file of a backup, its path validated; <see cref="Entry"/> is its name in the zip.</summary>
internal sealed record BackedUpFile(RelativePath Path, string Entry, long Size, ContentHash Hash, DateTimeOffset Modified, UnixFileMode? Mode);

/// <summary>
/// One backup, opened and checked: backup.json and the zip's directory say the same, every path is valid, every size bounded.
/// Contents are checked against their hashes as they are extracted. Not thread-safe.
/// </summary>
internal sealed class BackupZip : IDisposable
{
    private const int MaxEntries = 200_000;
    private const long MaxManifest = 64 * 1024 * 1024;
    private const int BufferSize = 128 * 1024;
    private readonly IDurableFiles _files;
    private readonly ZipArchive _zip;

    private BackupZip(IDurableFiles files, ZipArchive zip, BackupManifest manifest, string file)
    {
        (_files, _zip) = (files, zip);
        Files = [.. manifest.Files.Select(saved => Checked(saved, saved.Path, RelativePath.Parse(saved.Path)))];
        Installed = manifest.Installed is { } record ? Checked(record, BackupNames.Installed, RelativePath.OfUpdater("installed.json")) : null;
        App = manifest.App;
        Archive = new BackupArchive(
            file, manifest.From is null ? null : NuGetVersion.Parse(manifest.From), NuGetVersion.Parse(manifest.To),
            [.. manifest.Added.Select(RelativePath.Parse)]);
    }

    internal BackupArchive Archive { get; }

    internal string App { get; }

    internal ImmutableArray<BackedUpFile> Files { get; }

    /// <summary>installed.json as it was; null where there was none.</summary>
    internal BackedUpFile? Installed { get; }

    /// <exception cref="UntrustedException">The zip is damaged or hostile; the message names it and what is wrong.</exception>
    /// <exception cref="InstallException">It can't be read.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The backup owns archive and stream; on failure both are disposed.")]
    internal static BackupZip Open(IDurableFiles files, string file)
    {
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(files.OpenRead(file), ZipArchiveMode.Read);
            var backup = new BackupZip(files, zip, ReadManifest(zip), file);
            backup.RefuseStrangers();
            zip = null;
            return backup;
        }
        catch (Exception failure) when (failure is InvalidDataException or JsonException or ArgumentException or UntrustedException)
        {
            throw Damaged(file, failure.Message, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"The backup \"{file}\" can't be read: {failure.Message}", failure);
        }
        finally
        {
            zip?.Dispose();
        }
    }

    /// <summary>Writes one file of the backup to a new file and flushes it.</summary>
    /// <exception cref="UntrustedException">Its bytes are not those that were backed up.</exception>
    internal void Extract(BackedUpFile saved, string target, CancellationToken ct)
    {
        try
        {
            Copy(saved, target, ct);
            _files.SetFacts(target, saved.Mode, saved.Modified);
            _files.FlushFile(target);
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(Archive.File, failure.Message, failure);
        }
    }

    public void Dispose() => _zip.Dispose();

    private static BackupManifest ReadManifest(ZipArchive zip)
    {
        if (zip.Entries.Count > MaxEntries)
            throw new InvalidDataException($"it has more than {MaxEntries} entries");
        var entry = zip.GetEntry(BackupNames.Manifest) ?? throw new InvalidDataException($"it has no {BackupNames.Manifest}");
        if (entry.Length > MaxManifest)
            throw new InvalidDataException($"{BackupNames.Manifest} is larger than {MaxManifest} bytes");
        using var stream = entry.Open();
        var manifest = JsonSerializer.Deserialize(stream, BackupJson.Default.BackupManifest)
            ?? throw new InvalidDataException($"{BackupNames.Manifest} is empty");
        return manifest.Format == BackupManifest.CurrentFormat
            ? manifest
            : throw new InvalidDataException($"its format is {manifest.Format}, and this version of the updater knows {BackupManifest.CurrentFormat} only");
    }

    private BackedUpFile Checked(SavedFile saved, string entryName, RelativePath path)
    {
        var entry = _zip.GetEntry(entryName) ?? throw new InvalidDataException($"{PathRules.Show(saved.Path)} is not in it");
        if (saved.Size < 0 || entry.Length != saved.Size)
            throw new InvalidDataException($"{path} has {entry.Length} bytes where {saved.Size} were backed up");
        if (!ContentHash.TryParse(saved.Sha256, out var hash))
            throw new InvalidDataException($"{path} has no valid hash");
        if (saved.Modified.Year < 1601) // the oldest time Windows can set
            throw new InvalidDataException($"{path} has the impossible time {saved.Modified:u}");
        UnixFileMode? mode = saved.Mode is { } bits ? (UnixFileMode)(bits & 0x1ff) : null;
        return new BackedUpFile(path, entryName, saved.Size, hash, saved.Modified, mode);
    }

    /// <summary>Every entry is named once, and by backup.json; on Windows no two differ by case only.</summary>
    private void RefuseStrangers()
    {
        var names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var known = Files.Select(file => file.Entry).Append(BackupNames.Manifest).Concat(Installed is null ? [] : [BackupNames.Installed])
            .ToHashSet(names);
        if (known.Count != _zip.Entries.Count)
            throw new InvalidDataException("its entries are not those that backup.json names");
        if (_zip.Entries.FirstOrDefault(entry => !known.Remove(entry.FullName)) is { } stranger)
            throw new InvalidDataException($"it holds {PathRules.Show(stranger.FullName)}, which backup.json does not name");
    }

    private void Copy(BackedUpFile saved, string target, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var from = _zip.GetEntry(saved.Entry)!.Open();
        using var into = _files.CreateNew(target, saved.Mode);
        var buffer = new byte[BufferSize];
        var left = saved.Size;
        while (from.Read(buffer) is > 0 and var read)
        {
            ct.ThrowIfCancellationRequested();
            if ((left -= read) < 0)
                throw new InvalidDataException($"{saved.Path} is longer than it says");
            hash.AppendData(buffer, 0, read);
            into.Write(buffer, 0, read);
        }

        if (left != 0 || ContentHash.Finish(hash) != saved.Hash)
            throw new InvalidDataException($"{saved.Path} is not what was backed up");
    }

    private static UntrustedException Damaged(string file, string what, Exception inner) =>
        new($"The backup \"{file}\" is damaged: {what}. Nothing was changed. Remove it to use an older one, where there is one.", inner);
}
