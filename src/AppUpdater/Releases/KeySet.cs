using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AppUpdater.Releases;

/// <summary>What is signed: the same bytes signed as one kind of file are no signature of the other.</summary>
internal static class SignedAs
{
    internal const string VersionFile = "AppUpdater version.ini 1\n";
    internal const string Keys = "AppUpdater keys 1\n";

    internal static byte[] Message(string kind, ReadOnlySpan<byte> signedBytes) => [.. Encoding.UTF8.GetBytes(kind), .. signedBytes];
}

/// <summary>One line after [signature].</summary>
internal sealed record SignatureLine(string KeyId, ImmutableArray<byte> Signature);

/// <summary>
/// The keys an install trusts: <see cref="Threshold"/> of <see cref="Keys"/> sign a release. <see cref="Number"/> is 0 for those that
/// dato.ini or the host names, N for keys/N.ini. What may replace them are the <see cref="Recovery"/> keys alone where there are any,
/// and else the keys themselves: whoever steals the key that signs releases can't then lock its owner out.
/// </summary>
internal sealed record KeySet(int Number, int Threshold, ImmutableArray<PublicKey> Keys, ImmutableArray<PublicKey> Recovery)
{
    /// <summary>Whether enough keys have signed a version.ini. Distinct keys count, once each, whatever the lines say.</summary>
    internal bool Signs(ReadOnlySpan<byte> versionFile, IReadOnlyList<SignatureLine> lines) =>
        Count(Keys, SignedAs.Message(SignedAs.VersionFile, versionFile), lines) >= Threshold;

    /// <summary>Whether this set's holders have signed a keys file: the set that it replaces, or that it describes.</summary>
    internal bool SignsKeys(ReadOnlySpan<byte> keysFile, IReadOnlyList<SignatureLine> lines) => Recovery.IsEmpty
        ? Count(Keys, SignedAs.Message(SignedAs.Keys, keysFile), lines) >= Threshold
        : Count(Recovery, SignedAs.Message(SignedAs.Keys, keysFile), lines) >= 1;

    /// <summary>Who may sign keys that replace these, for messages.</summary>
    internal string Holders => Recovery.IsEmpty
        ? string.Create(CultureInfo.InvariantCulture, $"{Threshold} of {string.Join(", ", Keys)}")
        : $"one of the recovery keys {string.Join(", ", Recovery)}";

    /// <summary>What is remembered under exactly this set: the SHA-256 of all of it, in hex.</summary>
    internal string Scope
    {
        get
        {
            var parts = Keys.Select(key => Convert.ToBase64String(key.Info.AsSpan())).Order(StringComparer.Ordinal)
                .Concat(Recovery.Select(key => $"recovery {Convert.ToBase64String(key.Info.AsSpan())}").Order(StringComparer.Ordinal));
            var text = string.Create(CultureInfo.InvariantCulture, $"{Number} {Threshold}\n{string.Join('\n', parts)}");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }

    private static int Count(ImmutableArray<PublicKey> keys, byte[] message, IReadOnlyList<SignatureLine> lines) =>
        keys.Distinct().Count(key => lines.Any(line => line.KeyId == key.Id && key.Verifies(message, line.Signature.AsSpan())));
}
