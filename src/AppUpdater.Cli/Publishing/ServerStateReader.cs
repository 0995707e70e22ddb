using System.Collections.Immutable;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>Reads a server's pointers and list of releases, and believes nothing that the publisher's key did not sign.</summary>
internal static class ServerStateReader
{
    private const int MaxPointer = 64 * 1024;

    /// <exception cref="UntrustedException">Something there is not signed by the keys.</exception>
    /// <exception cref="SettingsException">A plain tree lies there, or two apps.</exception>
    internal static async Task<ServerState> ReadAsync(IRemoteSource source, KeySet trusted, CancellationToken ct)
    {
        var names = await ListAsync(source, ct);
        var pointers = new List<LivePointer>();
        foreach (var path in names.Where(path => PointerText.IsPointer(path.Value)))
            pointers.Add(await ReadPointerAsync(source, path, trusted, ct));
        var index = names.Contains(ReleaseIndex.Path)
            ? ReleaseIndex.Read(await ReadAsync(source, ReleaseIndex.Path, ReleaseIndex.MaxBytes, ct), trusted, $"{ReleaseIndex.Path} at {source.Location}")
            : null;
        var state = new ServerState(
            [.. pointers.OrderBy(pointer => pointer.Channel, StringComparer.Ordinal)], index, [.. names.Where(path => PublishLock.IsClaim(path.Value))]);
        if (pointers.Find(pointer => pointer.Version.App != state.App) is { } other)
            throw new SettingsException($"{other.Path} at {source.Location} is {other.Version.App}'s, the rest {state.App}'s. One folder holds one app.");
        return state;
    }

    /// <summary>One pointer's bytes as they lie there now; null where it is not there.</summary>
    internal static async Task<byte[]?> ReadRawAsync(IRemoteSource source, RelativePath pointer, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(source, pointer, MaxPointer, ct);
        }
        catch (MissingException)
        {
            return null;
        }
    }

    /// <summary>Verifies a pointer by the keys and by the rules of a signed one.</summary>
    internal static LivePointer Verify(byte[] bytes, RelativePath path, KeySet trusted, string origin)
    {
        var version = Signed(bytes, trusted, origin);
        if (version.Manifest is null)
            throw new UntrustedException($"{origin} is signed and names no manifest.");
        return version.Channel is { } channel && PointerText.PathOf(channel) == path
            ? new LivePointer(path, version)
            : throw new UntrustedException($"{origin} is the pointer of the channel {version.Channel ?? "without a name"}: somebody put it under another name.");
    }

    private static VersionFile Signed(byte[] bytes, KeySet trusted, string origin)
    {
        var signed = SignedBytes.Split(bytes, origin);
        if (!signed.IsSigned)
        {
            throw new SettingsException(
                $"{origin} is not signed: a plain tree lies there. Publish to another folder, or remove that file once its users know the new place.");
        }

        // Before anything is parsed.
        return trusted.Signs(signed.Of(bytes), signed.Signatures)
            ? VersionFileParser.Parse(bytes, origin)
            : throw new UntrustedException(
                $"{origin} is not signed by this key but by {string.Join(", ", signed.Signatures.Select(line => line.KeyId))}. "
                + "Name the right key, or the public half of the one before with --earlier-key; if you never published there, somebody else did.");
    }

    private static async Task<LivePointer> ReadPointerAsync(IRemoteSource source, RelativePath path, KeySet trusted, CancellationToken ct) =>
        Verify(await ReadAsync(source, path, MaxPointer, ct), path, trusted, $"{path} at {source.Location}");

    private static Task<byte[]> ReadAsync(IRemoteSource source, RelativePath path, int most, CancellationToken ct) =>
        source.ReadSmallFileAsync(path, most, message => new UntrustedException(message), ct);

    /// <summary>The files of the folder itself; none where it is not there yet.</summary>
    private static async Task<ImmutableArray<RelativePath>> ListAsync(IRemoteSource source, CancellationToken ct)
    {
        var names = ImmutableArray.CreateBuilder<RelativePath>();
        try
        {
            await foreach (var entry in source.ListAsync(null, _ => false, ct))
            {
                if (entry.Kind == RemoteEntryKind.File)
                    names.Add(entry.Path);
            }
        }
        catch (MissingException)
        {
            return [];
        }

        return names.ToImmutable();
    }
}
