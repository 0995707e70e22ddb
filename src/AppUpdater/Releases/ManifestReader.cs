using System.Globalization;
using AppUpdater.Core.Hashing;
using AppUpdater.Transport;

namespace AppUpdater.Releases;

/// <summary>Fetches a manifest whose length and hash are known, and believes nothing else.</summary>
internal static class ManifestReader
{
    /// <exception cref="MissingException">It is not there.</exception>
    /// <exception cref="UntrustedException">It is another file than the signed one, or breaks a manifest's rules.</exception>
    internal static async Task<ReleaseManifest> ReadAsync(IRemoteSource source, ManifestReference reference, CancellationToken ct)
    {
        var bytes = await source.ReadSmallFileAsync(reference.Path, (int)reference.Size, message => new UntrustedException(message), ct).ConfigureAwait(false);
        var origin = $"{reference.Path} at {source.Location}";
        if (bytes.Length != reference.Size || ContentHash.Of(bytes) != reference.Hash)
        {
            throw new UntrustedException(string.Create(
                CultureInfo.InvariantCulture,
                $"{origin} is not the file that version.ini's signature covers: {reference.Size} bytes with SHA-256 {reference.Hash} were signed, {bytes.Length} "
                + $"bytes with {ContentHash.Of(bytes)} lie there. Nothing was changed; the publisher must publish again."));
        }

        return ManifestCodec.Read(bytes, reference.Folder, origin) with { Raw = [.. bytes] };
    }
}
