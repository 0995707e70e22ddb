using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace AppUpdater.Core.Hashing;

/// <summary>The SHA-256 of a file's bytes (FIPS 180-4), as 64 lower-case hex digits.</summary>
internal sealed record ContentHash
{
    private ContentHash(string hex) => Hex = hex;

    internal string Hex { get; }

    internal static ContentHash Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)));

    internal static ContentHash Of(Stream content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    internal static async Task<ContentHash> OfAsync(Stream content, CancellationToken ct) =>
        new(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct).ConfigureAwait(false)));

    /// <summary>The hash that an incremental computation arrived at; resets it.</summary>
    internal static ContentHash Finish(IncrementalHash hash) => new(Convert.ToHexStringLower(hash.GetHashAndReset()));

    internal static bool TryParse(string text, [NotNullWhen(true)] out ContentHash? hash)
    {
        hash = text.Length == 64 && text.All(c => char.IsAsciiHexDigitLower(c)) ? new ContentHash(text) : null;
        return hash is not null;
    }

    public override string ToString() => Hex;
}
