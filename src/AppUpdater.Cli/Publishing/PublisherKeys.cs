using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Releases;

namespace AppUpdater.Cli.Publishing;

/// <summary>The private keys at hand, and whose signatures on what lies on the server count.</summary>
internal sealed class PublisherKeys : IDisposable
{
    private readonly ImmutableArray<ECDsa> _keys;

    /// <param name="keys">Sign, each once; owned from here on.</param>
    /// <param name="earlier">Sign nothing any more, but may have signed what lies there.</param>
    internal PublisherKeys(IEnumerable<ECDsa> keys, params IEnumerable<PublicKey> earlier)
    {
        _keys = [.. keys];
        Public = [.. _keys.Select(PublicKey.Of)];
        Trusted = new KeySet(0, 1, [.. Public.Concat(earlier).Distinct()], []);
    }

    /// <summary>Of those that sign.</summary>
    internal ImmutableArray<PublicKey> Public { get; }

    /// <summary>One signature is enough here: what is read was written by one of several holders, who adds to it.</summary>
    internal KeySet Trusted { get; }

    /// <exception cref="InstallException">A key can't be read or opened.</exception>
    internal static PublisherKeys Open(IEnumerable<string> files, IEnumerable<string> earlier, SecretPrompt prompt)
    {
        var opened = new List<ECDsa>();
        try
        {
            opened.AddRange(files.Select(file => PrivateKeyFile.Read(file, prompt.Passphrase(file))));
            return new PublisherKeys(opened, [.. earlier.Select(PrivateKeyFile.ReadPublic)]);
        }
        catch (InstallException)
        {
            opened.ForEach(key => key.Dispose());
            throw;
        }
    }

    /// <summary>For reading alone: public halves will do.</summary>
    /// <exception cref="InstallException">A key can't be read or opened.</exception>
    internal static KeySet ReadTrusted(IEnumerable<string> files, SecretPrompt prompt)
    {
        var halves = new List<PublicKey>();
        foreach (var file in files)
        {
            if (!PrivateKeyFile.IsPrivate(file))
            {
                halves.Add(PrivateKeyFile.ReadPublic(file));
                continue;
            }

            using var key = PrivateKeyFile.Read(file, prompt.Passphrase(file));
            halves.Add(PublicKey.Of(key));
        }

        return new KeySet(0, 1, [.. halves.Distinct()], []);
    }

    /// <summary>The set that installs come with.</summary>
    /// <param name="keys">Different ones.</param>
    /// <param name="recovery">Files with public halves.</param>
    /// <param name="threshold">How many keys sign a release.</param>
    /// <exception cref="InstallException">A key can't be read.</exception>
    /// <exception cref="SettingsException">There are fewer keys than must sign.</exception>
    internal static KeySet ReadFirst(ImmutableArray<PublicKey> keys, IEnumerable<string> recovery, int threshold) =>
        threshold <= keys.Length
            ? new KeySet(0, threshold, keys, [.. recovery.Select(PrivateKeyFile.ReadPublic).Distinct()])
            : throw new SettingsException($"The threshold is {threshold}, and only {keys.Length} different keys are named. Name all that dato.ini names.");

    /// <summary>The text with its [signature]: a line for each key.</summary>
    /// <param name="kind">What is signed, one of <see cref="SignedAs"/> or <see cref="ReleaseIndex.SignedAs"/>.</param>
    /// <param name="text">Ends with a line feed.</param>
    internal byte[] Sign(string kind, string text)
    {
        var message = SignedAs.Message(kind, Encoding.UTF8.GetBytes(text));
        var lines = _keys.Select((key, at) => string.Create(
            CultureInfo.InvariantCulture, $"{at + 1} = {Public[at].Id}, {Convert.ToBase64String(PublicKey.Sign(key, message))}\n"));
        return Encoding.UTF8.GetBytes($"{text}{SignedBytes.Marker}\n{string.Concat(lines)}");
    }

    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }
}
