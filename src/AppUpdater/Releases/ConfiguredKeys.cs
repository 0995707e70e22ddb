using System.Collections.Immutable;
using System.IO.Abstractions;
using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Releases;

/// <summary>The keys that an install begins with: those of the host's code, or else the .pub files that dato.ini names.</summary>
internal static class ConfiguredKeys
{
    private const int MaxBytes = 64 * 1024;
    private const int Most = 8;

    /// <summary>Null where neither names any.</summary>
    /// <exception cref="SettingsException">A file is missing, or holds no key; the message names it.</exception>
    /// <exception cref="InstallException">A file is there and can't be read.</exception>
    internal static KeySet? Read(InstallEnvironment install)
    {
        if (install.HostKeys is { } given)
            return RequireValid(given);
        var trust = install.Settings.Trust;
        if (trust.Keys.IsEmpty)
            return null;
        return Make(
            trust.Threshold, [.. trust.Keys.Select(file => ReadKey(install.FileSystem, file))], [.. trust.Recovery.Select(file => ReadKey(install.FileSystem, file))])
            ?? throw new SettingsException(
                $"dato.ini: [trust]: threshold = {trust.Threshold} needs as many different keys, and {Most} keys and {Most} recovery keys at most are allowed.");
    }

    /// <exception cref="ArgumentException">A text is no key, or there are too few or too many.</exception>
    internal static KeySet RequireValid(TrustedKeys keys) =>
        Make(keys.Threshold, [.. keys.Keys.Select(Parse)], [.. keys.Recovery.Select(Parse)])
        ?? throw new ArgumentException($"Threshold is {keys.Threshold} and needs as many different keys; {Most} at most are allowed.", nameof(keys));

    private static KeySet? Make(int threshold, ImmutableArray<PublicKey> keys, ImmutableArray<PublicKey> recovery) =>
        threshold >= 1 && threshold <= keys.Distinct().Count() && keys.Length <= Most && recovery.Length <= Most ? new KeySet(0, threshold, keys, recovery) : null;

    private static PublicKey Parse(string pem) => PublicKey.TryParsePem(pem, out var key)
        ? key
        : throw new ArgumentException("A key is no PEM block PUBLIC KEY with an ECDSA key on P-256.", nameof(pem));

    private static PublicKey ReadKey(IFileSystem files, string file)
    {
        try
        {
            using var stream = files.File.OpenRead(file);
            if (stream.Length > MaxBytes)
                throw new SettingsException($"dato.ini: [trust] names \"{file}\", which is longer than {MaxBytes / 1024} KiB and so is no key.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return PublicKey.TryParsePem(Encoding.Latin1.GetString(bytes), out var key)
                ? key
                : throw new SettingsException(
                    $"dato.ini: [trust] names \"{file}\", which holds no PEM block PUBLIC KEY with an ECDSA key on P-256. Put the publisher's .pub file there.");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException($"dato.ini: [trust] names \"{file}\", which is missing. Put the publisher's .pub file there.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"The key \"{file}\", which dato.ini names under [trust], can't be read: {failure.Message}", failure);
        }
    }
}
