using System.Collections.Immutable;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>Signs a channel's pointer and puts it in place, the last step of whatever changes what clients see.</summary>
internal sealed class PointerWriter(IRemoteTarget target, PublisherKeys keys)
{
    /// <param name="next">The pointer. Its sequence is given here.</param>
    /// <param name="state">What lay there when it was thought out.</param>
    /// <param name="release">A release that the list has not got yet.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The sequence it got.</returns>
    /// <exception cref="InstallException">Somebody else replaced the pointer meanwhile.</exception>
    internal async Task<long> WriteAsync(VersionFile next, ServerState state, ListedRelease? release, CancellationToken ct)
    {
        var sequence = state.NextSequence(target.Location);
        var index = new ReleaseIndex(next.App, sequence, state.Releases);
        await WriteIndexAsync(release is null ? index : index.With(release), ct);
        var path = PointerText.PathOf(next.Channel!);
        var bytes = keys.Sign(SignedAs.VersionFile, PointerText.Of(next with { Sequence = sequence }));
        ServerStateReader.Verify(bytes, path, keys.Trusted, $"The new {path}");
        await ThrowIfReplacedAsync(path, state, ct);
        await target.UploadAsync(RemoteFiles.Upload(path, bytes), ct);
        if (await ServerStateReader.ReadRawAsync(target, path, ct) is not { } back || !back.AsSpan().SequenceEqual(bytes))
            throw new UntrustedException($"{path} at {target.Location} is not what was written there a moment ago. Somebody or something else writes there; find out who.");
        return sequence;
    }

    internal async Task WriteIndexAsync(ReleaseIndex index, CancellationToken ct)
    {
        var bytes = keys.Sign(ReleaseIndex.SignedAs, index.Text());
        await target.EnsureAsync(RemoteFiles.Upload(ReleaseIndex.Path, bytes), ContentHash.Of(bytes), ct);
    }

    /// <summary>A pointer with nothing optional in it.</summary>
    internal static VersionFile New(string app, string channel, ListedRelease release) => new()
    {
        Format = 1,
        App = app,
        Version = release.Version,
        Platform = release.Platform,
        Channel = channel,
        Published = release.Published,
        Manifest = release.Manifest,
        Signed = new SignedBytes(0, []),
        Hash = ContentHash.Of([]),
        Raw = [],
        Warnings = [],
    };

    private async Task ThrowIfReplacedAsync(RelativePath path, ServerState state, CancellationToken ct)
    {
        var then = state.Pointers.FirstOrDefault(pointer => pointer.Path == path)?.Version.Raw ?? ImmutableArray<byte>.Empty;
        var now = await ServerStateReader.ReadRawAsync(target, path, ct) ?? [];
        if (!now.AsSpan().SequenceEqual(then.AsSpan()))
        {
            throw new InstallException(
                $"{path} at {target.Location} was replaced by somebody else in the meantime. What clients see was not changed; look at release list and run this again.");
        }
    }
}
