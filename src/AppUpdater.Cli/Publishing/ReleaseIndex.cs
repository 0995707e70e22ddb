using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Settings;
using NuGet.Versioning;

namespace AppUpdater.Cli.Publishing;

/// <summary>A release that lies on the server, whether or not a pointer names it.</summary>
internal sealed record ListedRelease(NuGetVersion Version, string Platform, DateTimeOffset Published, ManifestReference Manifest)
{
    /// <summary>Taken back: no pointer ever goes to it again, unless it is published once more.</summary>
    internal bool IsWithdrawn { get; init; }
}

/// <summary>
/// releases.ini: the publisher's own list of what it has released, signed; clients never read it. Only what stands here, or in a pointer,
/// is ever signed for again: a manifest that merely lies on the server may be anybody's.
/// </summary>
/// <param name="App">Whose.</param>
/// <param name="Sequence">The highest ever given, so that none is given twice where a pointer was deleted.</param>
/// <param name="Releases">Oldest first.</param>
internal sealed record ReleaseIndex(string App, long Sequence, ImmutableArray<ListedRelease> Releases)
{
    /// <summary>Precedes the signed bytes, as those of <see cref="Releases.SignedAs"/> do.</summary>
    internal const string SignedAs = "AppUpdater releases 1\n";

    internal const int MaxBytes = 1024 * 1024;

    private const string Withdrawn = "withdrawn";

    internal static RelativePath Path { get; } = RelativePath.Parse("releases.ini");

    /// <exception cref="UntrustedException">None of the keys signed it, or it is no such list.</exception>
    internal static ReleaseIndex Read(ReadOnlySpan<byte> bytes, KeySet trusted, string origin)
    {
        try
        {
            var signed = SignedBytes.Split(bytes, origin);
            var message = AppUpdater.Releases.SignedAs.Message(SignedAs, signed.Of(bytes));
            if (!trusted.Keys.Any(key => signed.Signatures.Any(line => line.KeyId == key.Id && key.Verifies(message, line.Signature.AsSpan()))))
                throw new UntrustedException($"{origin} is not signed by this key. Name the key that signed it, or its public half with --earlier-key.");
            var keys = new IniKeys(IniDocument.Parse(IniText.Decode(signed.Of(bytes), new IniRules(origin, MaxBytes, MayBeAnsi: false)).Text, origin), environment: null);
            var count = keys.Int("releases", "count", 0, 10_000) ?? 0;
            return new ReleaseIndex(
                keys.Required("releases", "app"),
                keys.Long("releases", "sequence", 0, long.MaxValue) ?? 0,
                [.. Enumerable.Range(1, count).Select(number => ReadRelease(keys, string.Create(CultureInfo.InvariantCulture, $"release{number}")))]);
        }
        catch (SettingsException failure)
        {
            throw new UntrustedException($"{failure.Message} It is the publisher's list of releases; restore it, or remove it: publish begins a new one.", failure);
        }
    }

    /// <summary>The signed part, ending with a line feed.</summary>
    internal string Text()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[releases]\nformat = 1\napp = {App}\nsequence = {Sequence}\ncount = {Releases.Length}\n");
        foreach (var (number, release) in Releases.Index())
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"release{number + 1} = {release.Version.ToFullString()}, {release.Platform}, {PointerText.Time(release.Published)}, {PointerText.Reference(release.Manifest)}{(release.IsWithdrawn ? $", {Withdrawn}" : "")}\n");
        }

        return text.ToString();
    }

    /// <summary>This list with a release in the place it has, or at the end.</summary>
    internal ReleaseIndex With(ListedRelease release) => this with
    {
        Releases = Releases.Any(other => other.Manifest == release.Manifest)
            ? [.. Releases.Select(other => other.Manifest == release.Manifest ? release : other)]
            : [.. Releases, release],
    };

    private static ListedRelease ReadRelease(IniKeys keys, string key) =>
        keys.List("releases", key) is [var version, var platform, var published, var place, var size, var hash, .. var more]
        && more is [] or [Withdrawn]
        && NuGetVersion.TryParse(version, out var parsed)
        && DateTimeOffset.TryParse(published, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && RelativePath.TryParse(place, out var path, out _) && path.Parent is not null
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes <= ManifestCodec.MaxBytes
        && ContentHash.TryParse(hash, out var sha256)
            ? new ListedRelease(parsed, platform, time, new ManifestReference(path, bytes, sha256)) { IsWithdrawn = more is [_] }
            : throw keys.Bad("releases", key, "must read version, platform, time, path, bytes, SHA-256");
}
