using System.Globalization;
using System.Text;
using System.Text.Json;
using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Handover;

/// <summary>The installed version, and whether the last start saw it.</summary>
internal sealed record VersionSeen(string? Version, bool IsFirstRun);

/// <summary>
/// <c>.appupdater/last-run</c>: the version that ran last, and by what stamp installed.json bore then. While the stamp holds, a start
/// reads this one line and no JSON.
/// </summary>
internal sealed class LastRun(InstallLayout layout, IDurableFiles files)
{
    private const int MaxBytes = 1024;
    private const int HeadBytes = 64 * 1024;

    private string File => Path.Join(layout.Own, "last-run");

    internal VersionSeen Look()
    {
        if (files.Stat(layout.InstalledRecord) is not { Kind: FileKind.File } record)
            return new VersionSeen(null, IsFirstRun: false);
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{record.Length}-{record.Modified.UtcTicks}");
        var (seenStamp, seenVersion) = Read();
        if (seenStamp == stamp)
            return new VersionSeen(seenVersion, IsFirstRun: false);
        var version = VersionOf(Head(layout.InstalledRecord, HeadBytes));
        if (version is not null)
            Remember($"{stamp} {version}");
        return new VersionSeen(version, IsFirstRun: version is not null && version != seenVersion);
    }

    private (string? Stamp, string? Version) Read() =>
        files.Stat(File) is { Kind: FileKind.File, Length: <= MaxBytes }
        && Encoding.UTF8.GetString(Head(File, MaxBytes)).Split(' ') is [var stamp, var version]
            ? (stamp, version)
            : (null, null);

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
        text is { Length: > 0 and <= 200 } && !text.Any(c => char.IsControl(c) || c == ' ') ? text : null;
}
