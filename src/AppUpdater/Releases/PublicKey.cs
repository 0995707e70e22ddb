using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;

namespace AppUpdater.Releases;

/// <summary>
/// A publisher's key: ECDSA on P-256 with SHA-256 (FIPS 186-5). Signatures are r and s, 32 bytes each, big-endian (IEEE P1363), with s in
/// the lower half of the order: of each signature's two equal forms the other is refused, so that nobody but the key's holder can make a
/// second one. Immutable; safe for concurrent use.
/// </summary>
internal sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>In bytes.</summary>
    internal const int SignatureLength = 64;

    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>Half of the order of P-256, SP 800-186 3.2.1.3.</summary>
    private static readonly BigInteger HalfOrder =
        new BigInteger(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true) >> 1;

    private PublicKey(ImmutableArray<byte> info)
    {
        Info = info;
        Id = Convert.ToHexStringLower(SHA256.HashData(info.AsSpan()))[..16];
    }

    /// <summary>The SubjectPublicKeyInfo (RFC 5480), in DER. What makes two keys one is this, never <see cref="Id"/>.</summary>
    internal ImmutableArray<byte> Info { get; }

    /// <summary>The first 16 hex digits of the SHA-256 of <see cref="Info"/>: which key a signature's line is to be tried with.</summary>
    internal string Id { get; }

    /// <summary>A .pub file: one PEM block, <c>PUBLIC KEY</c>.</summary>
    internal static bool TryParsePem(string text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return PemEncoding.TryFind(text, out var fields) && text.AsSpan()[fields.Label] is "PUBLIC KEY"
            && TryParse(Convert.FromBase64String(text[fields.Base64Data]), out key);
    }

    internal static bool TryParse(ReadOnlySpan<byte> info, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        try
        {
            using var algorithm = ECDsa.Create();
            algorithm.ImportSubjectPublicKeyInfo(info, out var read);
            if (read == info.Length && algorithm.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256)
                key = new PublicKey([.. info]);
        }
        catch (CryptographicException)
        {
            // Not a key: that is the answer.
        }

        return key is not null;
    }

    /// <summary>The public half of a private key on P-256.</summary>
    internal static PublicKey Of(ECDsa privateKey) =>
        TryParse(privateKey.ExportSubjectPublicKeyInfo(), out var key) ? key : throw new ArgumentException("It is not on P-256.", nameof(privateKey));

    /// <summary>A signature in the one form that <see cref="Verifies"/> takes.</summary>
    internal static byte[] Sign(ECDsa privateKey, ReadOnlySpan<byte> message)
    {
        var signature = privateKey.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var s = ReadS(signature);
        if (s > HalfOrder)
        {
            var lower = ((HalfOrder << 1) + BigInteger.One - s).ToByteArray(isUnsigned: true, isBigEndian: true); // the order is odd
            signature.AsSpan(32).Clear();
            lower.CopyTo(signature.AsSpan(SignatureLength - lower.Length));
        }

        return signature;
    }

    internal bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength || ReadS(signature) > HalfOrder)
            return false;
        using var algorithm = ECDsa.Create();
        algorithm.ImportSubjectPublicKeyInfo(Info.AsSpan(), out _);
        return algorithm.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && Info.AsSpan().SequenceEqual(other.Info.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Id;

    private static BigInteger ReadS(ReadOnlySpan<byte> signature) => new(signature[32..], isUnsigned: true, isBigEndian: true);
}
