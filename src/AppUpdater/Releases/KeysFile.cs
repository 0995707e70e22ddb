using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Settings;

namespace AppUpdater.Releases;

/// <summary>keys/N.ini: the set of keys that replaces the one before. Nothing of it counts before both sets have signed it.</summary>
internal static class KeysFile
{
    internal const int MaxBytes = 64 * 1024;
    internal const string Section = "keys";
    internal const int Format = 1;
    private const int Most = 8;

    internal static RelativePath PathOf(int number) => RelativePath.Parse(string.Create(CultureInfo.InvariantCulture, $"keys/{number}.ini"));

    /// <summary>The set that follows <paramref name="before"/>: signed by the thresholds of both, and of this app and number.</summary>
    /// <param name="bytes">The file's raw bytes.</param>
    /// <param name="before">The set in force.</param>
    /// <param name="app">The install's.</param>
    /// <param name="origin">What the file is called in messages.</param>
    /// <exception cref="UntrustedException">It is not; the message says why and what to do.</exception>
    internal static KeySet Follow(ReadOnlySpan<byte> bytes, KeySet before, string app, string origin)
    {
        try
        {
            if (bytes.Length > MaxBytes)
                throw new UntrustedException($"{origin}: longer than {MaxBytes / 1024} KiB, the most it may be.");
            var signed = SignedBytes.Split(bytes, origin);
            if (!before.SignsKeys(signed.Of(bytes), signed.Signatures))
            {
                throw new UntrustedException(
                    $"{origin} is not signed by those who may replace the keys in force ({before.Holders}). The keys stay as they are; the publisher must sign it with them.");
            }

            var set = Parse(signed.Of(bytes), app, origin);
            if (set.Number != before.Number + 1)
                throw new UntrustedException($"{origin}: its number is {set.Number}, and the keys in force have {before.Number}. The publisher must put it in its own place.");
            return set.SignsKeys(signed.Of(bytes), signed.Signatures)
                ? set
                : throw new UntrustedException($"{origin} is not signed by the keys that it names ({set.Holders}). The publisher must sign it with them, too.");
        }
        catch (SettingsException failure)
        {
            throw new UntrustedException($"{failure.Message} The keys stay as they are; the publisher must mend it.", failure);
        }
    }

    private static KeySet Parse(ReadOnlySpan<byte> bytes, string app, string origin)
    {
        var document = IniDocument.Parse(IniText.Decode(bytes, IniRules.Version(origin)).Text, origin);
        var keys = new IniKeys(document, environment: null);
        if (keys.Long(Section, "format", 1, long.MaxValue) is not { } format)
            throw new SettingsException($"{keys.Where(Section, "format")} is missing.");
        if (format > Format)
            throw new SettingsException($"{keys.Where(Section, "format")} = {format}: this needs a newer AppUpdater.");
        if (keys.Required(Section, "app") != app)
            throw keys.Bad(Section, "app", $"the keys are of another app than {PathRules.Show(app)}");
        var own = ReadKeys(keys, "key");
        var threshold = keys.Int(Section, "threshold", 1, Most) ?? throw new SettingsException($"{keys.Where(Section, "threshold")} is missing.");
        return threshold <= own.Distinct().Count()
            ? new KeySet(keys.Int(Section, "number", 1, int.MaxValue) ?? 0, threshold, own, ReadKeys(keys, "recovery"))
            : throw keys.Bad(Section, "threshold", "there are not as many different keys");
    }

    private static ImmutableArray<PublicKey> ReadKeys(IniKeys keys, string name) =>
    [
        .. Enumerable.Range(1, Most).Select(n => string.Create(CultureInfo.InvariantCulture, $"{name}{n}"))
            .Where(key => keys.Text(Section, key) is not null).Select(key => ReadKey(keys, key)),
    ];

    private static PublicKey ReadKey(IniKeys keys, string name)
    {
        var text = keys.Required(Section, name);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && PublicKey.TryParse(bytes.AsSpan(0, length), out var key)
            ? key
            : throw keys.Bad(Section, name, "must be an ECDSA key on P-256: its SubjectPublicKeyInfo in base64");
    }
}
