using System.Security.Cryptography;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>
/// A publisher's private key on disk: PKCS#8 in PEM, encrypted by a passphrase (RFC 5958, PBES2 of RFC 8018 with AES-256-CBC and
/// PBKDF2-HMAC-SHA-256), so that openssl reads it too.
/// </summary>
internal static class PrivateKeyFile
{
    /// <summary>Of PBKDF2; what OWASP asks for with SHA-256.</summary>
    internal const int Iterations = 600_000;

    internal const string Label = "ENCRYPTED PRIVATE KEY";

    private const int MaxBytes = 64 * 1024;

    /// <summary>Makes a key and writes both halves. On Unix nobody but their owner may read the private one.</summary>
    /// <exception cref="InstallException">One of the files is there already: keys are never overwritten.</exception>
    internal static PublicKey Create(string privatePath, string publicPath, string passphrase)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var sealing = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);
        var half = PublicKey.Of(key);
        Write(privatePath, key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, sealing), isPrivate: true);
        Write(publicPath, PemEncoding.WriteString("PUBLIC KEY", half.Info.AsSpan()), isPrivate: false);
        return half;
    }

    /// <exception cref="InstallException">It is not there, no such key, or the passphrase is wrong.</exception>
    internal static ECDsa Read(string path, string passphrase)
    {
        var text = ReadText(path);
        if (!PemEncoding.TryFind(text, out var fields) || !text.AsSpan()[fields.Label].SequenceEqual(Label))
        {
            throw new InstallException(
                $"{path} is no private key encrypted by a passphrase: it needs a block {Label}. Make one with appupdater keygen, or from another key with "
                + "openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromEncryptedPem(text, passphrase);
            PublicKey.Of(key);
            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw failure is CryptographicException
                ? new InstallException($"{path} can't be opened: the passphrase is wrong, or the file is damaged.", failure)
                : new InstallException($"{path} is no key on P-256. Make one with appupdater keygen.", failure);
        }
    }

    internal static bool IsPrivate(string path) => ReadText(path) is var text && PemEncoding.TryFind(text, out var fields) && text.AsSpan()[fields.Label].SequenceEqual(Label);

    /// <summary>A .pub file.</summary>
    /// <exception cref="InstallException">It is not there, or no such key.</exception>
    internal static PublicKey ReadPublic(string path) => PublicKey.TryParsePem(ReadText(path), out var key)
        ? key
        : throw new InstallException($"{path} is no public key: it needs a block PUBLIC KEY with a key on P-256, as keygen writes it.");

    private static string ReadText(string path)
    {
        if (!File.Exists(path))
            throw new InstallException($"The key {path} is not there. Name the file that keygen wrote.");
        if (new FileInfo(path).Length > MaxBytes)
            throw new InstallException($"{path} is no key: it is longer than {MaxBytes / 1024} KiB.");
        return File.ReadAllText(path);
    }

    private static void Write(string path, string text, bool isPrivate)
    {
        if (Path.Exists(path))
            throw new InstallException($"{path} is there already; keys are never overwritten. Choose another folder with --out, or move it away.");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isPrivate && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        writer.Write('\n');
        writer.Flush();
        ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
    }
}
