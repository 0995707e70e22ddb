using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Backup;

/// <summary>
/// Zips what a swap will touch. The zip unpacked over the install by hand is the old version again, but for the files that were added.
/// </summary>
internal sealed class BackupWriter(InstallLayout layout, IDurableFiles files, TimeProvider clock, ILogger log)
{
    private const int BufferSize = 128 * 1024;
    private const int RegularFile = 0x8000; // S_IFREG, in the upper half of a Unix zip's external attributes

    // What a DOS time can hold.
    private static readonly DateTime Earliest = new(1980, 1, 1);
    private static readonly DateTime Latest = new(2107, 12, 31);

    /// <summary>Writes the backup, durable when it returns, and drops all but the newest <paramref name="keep"/>.</summary>
    /// <param name="contents">What goes in.</param>
    /// <param name="keep">How many backups stay, this one included; at least one does.</param>
    /// <param name="report">Told the path of each file and its bytes, when it is in.</param>
    /// <param name="ct">Leaves no trace.</param>
    /// <returns>The zip's full path.</returns>
    /// <exception cref="InstallException">A file can't be read, or the zip not be written.</exception>
    internal string Write(BackupContents contents, int keep, Action<RelativePath, long> report, CancellationToken ct)
    {
        var target = Path.Join(layout.Backups, BackupNames.For(contents.From, contents.To, clock.GetUtcNow()));
        var temp = target + ".tmp";
        try
        {
            MakeFolder();
            Drop(temp);
            WriteZip(temp, contents, report, ct);
            files.FlushFile(temp);
            if (files.Stat(target) is null)
                files.Rename(temp, target);
            else
                files.Replace(temp, target); // the same update, prepared twice within a second
            files.FlushDirectory(layout.Backups);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Drop(temp);
            throw new InstallException(
                $"The backup \"{target}\" can't be written: {failure.Message} Nothing was changed. Make room, or set backup = none under [update].", failure);
        }
        catch (OperationCanceledException)
        {
            Drop(temp);
            throw;
        }

        Retire(target, keep);
        return target;
    }

    private void MakeFolder()
    {
        if (files.Stat(layout.Backups) is not null)
            return;
        files.CreateDirectory(layout.Backups);
        files.FlushDirectory(layout.Own);
    }

    private void WriteZip(string path, BackupContents contents, Action<RelativePath, long> report, CancellationToken ct)
    {
        using var stream = files.CreateNew(path, mode: null);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
        var saved = new List<SavedFile>();
        foreach (var file in contents.Saved)
        {
            saved.Add(Add(zip, file.Value, file.Under(layout.Root), ct));
            report(file, saved[^1].Size);
        }

        var record = files.Stat(layout.InstalledRecord) is null ? null : Add(zip, BackupNames.Installed, layout.InstalledRecord, ct);
        var manifest = new BackupManifest
        {
            Format = BackupManifest.CurrentFormat,
            App = contents.App,
            From = contents.From?.ToNormalizedString(),
            To = contents.To.ToNormalizedString(),
            Created = clock.GetUtcNow(),
            Added = [.. contents.Added.Select(added => added.Value)],
            Files = saved,
            Installed = record,
        };
        using var entry = zip.CreateEntry(BackupNames.Manifest).Open();
        JsonSerializer.Serialize(entry, manifest, BackupJson.Default.BackupManifest);
    }

    /// <summary>What is told of the file in backup.json is what went into the zip, even where the app wrote to it meanwhile.</summary>
    private SavedFile Add(ZipArchive zip, string name, string path, CancellationToken ct)
    {
        var facts = files.Stat(path) ?? throw new FileNotFoundException($"\"{path}\" disappeared while it was backed up.");
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        var local = TimeZoneInfo.ConvertTime(facts.Modified, clock.LocalTimeZone).DateTime;
        entry.LastWriteTime = local < Earliest ? Earliest : local > Latest ? Latest : local;
        if (facts.Mode is { } mode)
            entry.ExternalAttributes = (RegularFile | (int)mode) << 16;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var from = files.OpenRead(path);
        using var into = entry.Open();
        var buffer = new byte[BufferSize];
        var size = 0L;
        while (from.Read(buffer) is > 0 and var read)
        {
            ct.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            into.Write(buffer, 0, read);
            size += read;
        }

        return new SavedFile(name, size, ContentHash.Finish(hash).Hex, facts.Modified, (int?)facts.Mode);
    }

    private void Retire(string newest, int keep)
    {
        var old = files.List(layout.Backups)
            .Where(file => file.EndsWith(".zip", StringComparison.Ordinal) && file != newest && BackupNames.TimeOf(file) is not null)
            .OrderByDescending(BackupNames.TimeOf)
            .Skip(Math.Max(1, keep) - 1);
        foreach (var file in old)
        {
            try
            {
                files.DeleteFile(file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                log.LogWarning("The old backup {File} can't be removed: {Reason}", file, failure.Message);
            }
        }
    }

    private void Drop(string temp)
    {
        if (files.Stat(temp) is not null)
            files.DeleteFile(temp);
    }
}
