using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Core.Hashing;
using AppUpdater.Settings;
using NuGet.Versioning;

namespace AppUpdater.Releases;

/// <summary>Reads version.ini. Keys are documented in version.ini.sample.</summary>
internal sealed class VersionFileParser
{
    private const int Format = 1;
    private const string Version = "version";
    private const string Files = "files";

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"];

    private readonly IniKeys _keys;

    private VersionFileParser(IniKeys keys) => _keys = keys;

    /// <summary>Takes version.ini apart. Signatures are checked for shape only.</summary>
    /// <param name="bytes">The file's raw bytes; at most 64 KiB are read of it.</param>
    /// <param name="origin">What the file is called in messages, such as <c>version.ini on ftp.example.org</c>.</param>
    /// <exception cref="SettingsException">
    /// It is too long, empty, not UTF-8, of a newer format, or a value is wrong. The message names it.
    /// </exception>
    internal static VersionFile Parse(ReadOnlySpan<byte> bytes, string origin)
    {
        var rules = IniRules.Version(origin);
        // Before anything else looks at the bytes: a version.ini of 100 MB is refused by its length alone.
        if (bytes.Length > rules.MaxBytes)
            throw new SettingsException($"{origin}: longer than {rules.MaxBytes / 1024} KiB, the most it may be.");
        var signed = SignedBytes.Split(bytes, origin);
        var document = IniDocument.Parse(IniText.Decode(signed.Of(bytes), rules).Text, origin);
        if (document.Sections.Any(section => string.Equals(section.Name, "signature", StringComparison.OrdinalIgnoreCase)))
            throw new SettingsException($"{origin}: the signature's line must read exactly {SignedBytes.Marker}.");
        return new VersionFileParser(new IniKeys(document, environment: null)).Read() with
        {
            Signed = signed,
            Hash = ContentHash.Of(bytes),
            Raw = [.. bytes],
            Warnings = KnownKeys.Version.Warnings(document, signed.IsSigned),
        };
    }

    private VersionFile Read()
    {
        var format = _keys.Long(Version, "format", 1, long.MaxValue)
            ?? throw new SettingsException($"{_keys.Where(Version, "format")} is missing; it is {Format}.");
        if (format > Format)
        {
            throw new SettingsException(
                $"{_keys.Where(Version, "format")} = {format}: this needs a newer AppUpdater, which understands that format.");
        }

        return new VersionFile
        {
            Format = Format,
            App = _keys.Required(Version, "app"),
            Version = ReadVersion("version") ?? throw new SettingsException($"{_keys.Where(Version, "version")} is missing."),
            Platform = _keys.Text(Version, "platform") ?? "any",
            Published = ReadTime("published"),
            Sequence = _keys.Long(Version, "sequence", 0, long.MaxValue),
            Expires = ReadTime("expires"),
            Minimum = ReadVersion("minimum"),
            Rollout = _keys.Int(Version, "rollout", 0, 100) ?? 100,
            Notes = ReadPath(Version, "notes")?.Value,
            Moved = _keys.Text(Version, "moved"),
            Root = _keys.Text(Files, "root") is "." ? null : ReadPath(Files, "root"),
            Exclude = _keys.Globs(Files, "exclude"),
            Map = ReadMap(),
            Channel = _keys.Text(Version, "channel"),
            Manifest = ReadManifest(),
            Signed = new SignedBytes(0, []),
            Hash = ContentHash.Of([]),
            Raw = [],
            Warnings = [],
        };
    }

    private NuGetVersion? ReadVersion(string key)
    {
        if (_keys.Text(Version, key) is not { } text)
            return null;
        return text.Length <= 64 && NuGetVersion.TryParse(text, out var version)
            ? version
            : throw _keys.Bad(Version, key, "must be a version such as 2.1.0, 2.1.0-beta.1 or 2.1.0.7, of at most 64 characters");
    }

    private DateTimeOffset? ReadTime(string key)
    {
        if (_keys.Text(Version, key) is not { } text)
            return null;
        return DateTimeOffset.TryParseExact(
            text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw _keys.Bad(Version, key, "must be a time such as 2026-11-21T10:00:00Z");
    }

    private RelativePath? ReadPath(string section, string key)
    {
        if (_keys.Text(section, key) is not { } text)
            return null;
        return RelativePath.TryParse(text.TrimEnd('/'), out var path, out var problem)
            ? path
            : throw _keys.Bad(section, key, $"must be a path below the server's folder. {problem.TrimEnd('.')}");
    }

    private ManifestReference? ReadManifest()
    {
        if (_keys.Text(Files, "manifest") is null)
            return null;
        return _keys.List(Files, "manifest") is [var place, var size, var hash]
            && RelativePath.TryParse(place, out var path, out _) && path.Parent is not null
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes <= ManifestCodec.MaxBytes
            && ContentHash.TryParse(hash, out var sha256)
            ? new ManifestReference(path, bytes, sha256)
            : throw _keys.Bad(Files, "manifest", "must read path in a folder, bytes, SHA-256");
    }

    private ImmutableArray<FolderMapping> ReadMap()
    {
        var mappings = _keys.List(Files, "map").Select(ReadMapping).ToImmutableArray();
        return mappings.Select(mapping => mapping.From).Distinct().Count() == mappings.Length
            ? mappings
            : throw _keys.Bad(Files, "map", "a folder stands on the left of two arrows");
    }

    private FolderMapping ReadMapping(string text)
    {
        var sides = text.Split("->", StringSplitOptions.TrimEntries);
        if (sides.Length != 2)
            throw _keys.Bad(Files, "map", $"{PathRules.Show(text)} must read folder -> folder");
        return new FolderMapping(Side(sides[0]), Side(sides[1]));
    }

    private RelativePath Side(string text) =>
        RelativePath.TryParse(text.TrimEnd('/'), out var path, out var problem)
            ? path
            : throw _keys.Bad(Files, "map", $"each side must be a folder. {problem.TrimEnd('.')}");
}
