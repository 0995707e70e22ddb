using System.Globalization;
using System.Text;
using System.Text.Json;
using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Handover;

/// <summary>The installed version, and whether the last start saw it.</summary>
internal sealed record VersionSeen(string? Version, bool IsFirstRun);

/// <summary>
/// <c>.appupdater/last-run</c>: the stamp that installed.json bore at the last start, and the versions that ran, newest first. While the
/// stamp holds, a start reads this one line and no JSON. Earlier versions are kept so that one that an undo brought back is no first run.
/// </summary>
internal sealed class LastRun(InstallLayout layout, IDurableFiles files)
{
    private const int MaxBytes = 4096;
    private const int MostVersions = 16;
    private const int HeadBytes = 64 * 1024;

    private string File => Path.Join(layout.Own, "last-run");

    internal VersionSeen Look()
    {
        if (files.Stat(layout.InstalledRecord) is not { Kind: FileKind.File } record)
            return new VersionSeen(null, IsFirstRun: false);
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{record.Length}-{record.Modified.UtcTicks}");
        var (seenStamp, seen) = Read();
        if (seenStamp == stamp)
            return new VersionSeen(seen[0], IsFirstRun: false);
        if (VersionOf(Head(layout.InstalledRecord, HeadBytes)) is not { } version)
            return new VersionSeen(null, IsFirstRun: false);
        Remember(string.Join(' ', [stamp, version, .. seen.Where(other => other != version).Take(MostVersions - 1)]));
        return new VersionSeen(version, IsFirstRun: !seen.Contains(version));
    }

    private (string? Stamp, string[] Versions) Read() =>
        files.Stat(File) is { Kind: FileKind.File, Length: <= MaxBytes }
        && Encoding.UTF8.GetString(Head(File, MaxBytes)).Split(' ') is [var stamp, .. { Length: > 0 } versions]
            ? (stamp, versions)
            : (null, []);

    private void Remember(string line)
    {
        try
        {
            AtomicFile.Write(files, File, Encoding.UTF8.GetBytes(line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A user who may only run the app hears of the first run each time.
            return;
        }
    }

    private byte[] Head(string path, int most)
    {
        using var stream = files.OpenRead(path);
        var buffer = new byte[most];
        return buffer[..stream.ReadAtLeast(buffer, most, throwOnEndOfStream: false)];
    }

    /// <summary>The record's "version"; it stands before the list of files. The rest is not read here.</summary>
    private static string? VersionOf(byte[] json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName } && reader.ValueTextEquals("version"))
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? OneWord(reader.GetString()) : null;
            }
        }
        catch (JsonException)
        {
            return null; // whoever updates next says what is wrong with it
        }

        return null;
    }

    private static string? OneWord(string? text) =>
        text is { Length: > 0 and <= 128 } && !text.Any(c => char.IsControl(c) || c == ' ') ? text : null;
}
