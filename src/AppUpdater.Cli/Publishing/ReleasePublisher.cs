using System.Collections.Immutable;
using System.Globalization;
using AppUpdater.Cli.Output;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>
/// Publishes a build: pack, manifest, list of releases, and the pointer last, so that no client ever sees half a release. Whatever was cut
/// off is done again from the start and comes to the same bytes; what already lies there is not sent again.
/// </summary>
internal sealed class ReleasePublisher(IRemoteTarget target, PublisherKeys keys, TimeProvider clock, Action<string> note)
{
    internal async Task<PublishOutcome> PublishAsync(PublishRequest request, CancellationToken ct)
    {
        var build = BuildScan.Read(request.Folder, ct);
        foreach (var left in build.LeftOut)
            note($"Warning: {left} is left out.");
        note($"Hashing {build.Files.Length} files, {ByteCount.Show(build.Files.Sum(file => file.Size))}.");
        var files = await BuildHasher.HashAsync(build.Files, ct);
        await using var held = request.IsDryRun ? null : await PublishLock.TakeAsync(target, request.OverrideLock, note, clock, ct);
        var state = await ServerStateReader.ReadAsync(target, keys.Trusted, ct);
        if (state.App is { } app && app != request.App)
            throw new SettingsException($"{target.Location} holds the releases of {app}, not of {request.App}. One folder holds one app; publish to another.");
        _ = state.NextSequence(target.Location);
        var earlier = await EarlierReleases.ReadAsync(target, state, note, ct);
        foreach (var warning in BuildWarnings.Of(files, earlier.LastOrDefault(), ct))
            note($"Warning: {warning}");

        // Beside nothing of anybody's; TMPDIR chooses where.
        var work = Directory.CreateTempSubdirectory("appupdater-publish-");
        try
        {
            var draft = AlreadyThere(request, files, build, earlier) ?? await DraftAsync(request, files, build, earlier, work.FullName, ct);
            var sequence = request.IsDryRun ? null : await SendAsync(request, draft, state, ct);
            return Outcome(request, draft, sequence, earlier);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>The release that was published under this version, if it is this one.</summary>
    /// <exception cref="SettingsException">It is another.</exception>
    private ReleaseDraft? AlreadyThere(PublishRequest request, ImmutableArray<HashedFile> files, Build build, ImmutableArray<EarlierRelease> earlier)
    {
        var published = earlier.Where(one => one.Listed.Version == request.Version && one.Listed.Platform == request.Platform).ToList();
        foreach (var one in published)
        {
            if (Difference(request, files, build, one.Manifest) is { } difference)
            {
                throw new SettingsException(
                    $"Version {request.Version} was already published to {target.Location}, and this is not it: {difference}. What is published never changes; "
                    + "choose a higher version.");
            }
        }

        return published.Find(one => one.IsWhole) is { } same ? new ReleaseDraft(same.Manifest, [], same.Listed.Manifest, Pack: null) : null;
    }

    private static string? Difference(PublishRequest request, ImmutableArray<HashedFile> files, Build build, ReleaseManifest published)
    {
        var before = published.Files.ToDictionary(file => file.Path);
        foreach (var file in files)
        {
            if (!before.Remove(file.File.Path, out var was))
                return $"{file.File.Path} is new";
            if (was.Hash != file.Hash || was.Mode != file.File.Mode)
                return $"{file.File.Path} is another";
        }

        if (before.Count > 0)
            return $"{before.Keys.Min()} is missing";
        if (!published.EmptyFolders.SequenceEqual(build.EmptyFolders))
            return "the empty folders are others";
        return published.Notes == request.Notes ? null : "the notes are others";
    }

    private async Task<ReleaseDraft> DraftAsync(
        PublishRequest request, ImmutableArray<HashedFile> files, Build build, ImmutableArray<EarlierRelease> earlier, string work, CancellationToken ct)
    {
        var builder = new DraftBuilder(earlier.Where(one => one.IsWhole).Select(one => one.Manifest));
        note("Packing what is new.");
        var pack = files.SelectMany(file => file.Blobs).All(builder.IsHeld)
            ? null
            : await PackBuilder.WriteAsync(Path.Join(work, ManifestCodec.PackName), files, builder.IsHeld, ct);
        return builder.Build(request, files, build.EmptyFolders, pack);
    }

    private async Task<long?> SendAsync(PublishRequest request, ReleaseDraft draft, ServerState state, CancellationToken ct)
    {
        if (draft.Pack is { } pack)
        {
            note($"Sending {draft.PackPath}, {ByteCount.Show(pack.Length)}.");
            await target.EnsureAsync(Upload(draft.PackPath, pack), pack.Hash, ct);
        }

        if (draft.Bytes.Length > 0)
            await target.EnsureAsync(RemoteFiles.Upload(draft.Reference.Path, draft.Bytes), draft.Reference.Hash, ct);
        await CheckPacksAsync(draft, ct);

        var now = clock.GetUtcNow();
        var there = state.Releases.FirstOrDefault(release => release.Manifest == draft.Reference);
        var listed = there is null ? new ListedRelease(request.Version, request.Platform, now, draft.Reference) : there with { IsWithdrawn = false };
        var before = state.Pointer(request.Channel);
        var next = PointerWriter.New(request.App, request.Channel, listed) with
        {
            Published = now,
            Rollout = request.Rollout,
            Minimum = request.Minimum,
            Expires = Expiry.Of(request.Expires, before?.Version, now),
            Moved = before?.Version.Moved,
        };
        if (before is not null && IsSame(before.Version, next, request.Expires))
            return null;
        if (request.Expires is null && next.Expires is { } until)
            note($"It expires {PointerText.Time(until)}: {request.Channel} keeps its term. --expires sets another, or never.");
        if (before?.Version.Version > next.Version)
            note($"{request.Channel} goes back from {before.Version.Version} to {next.Version}: installs follow, because the sequence grows.");
        return await new PointerWriter(target, keys).WriteAsync(next, state, listed, ct);
    }

    /// <summary>The own pack was read back; the others need their lengths.</summary>
    private async Task CheckPacksAsync(ReleaseDraft draft, CancellationToken ct)
    {
        var packs = draft.Manifest.Packs;
        var found = await target.StatAllAsync([.. packs.Select(pack => pack.Path)], ct);
        if (packs.Index().FirstOrDefault(pack => found[pack.Index] is not { } there || (there.Size is { } size && size != pack.Item.Size)) is { Item: { } wrong })
        {
            throw new UntrustedException(string.Create(
                CultureInfo.InvariantCulture, $"{wrong.Path} at {target.Location} has not its {wrong.Size:N0} bytes any more. Nothing was released; run it again."));
        }
    }

    private static bool IsSame(VersionFile before, VersionFile next, TimeSpan? expires) =>
        before.Manifest == next.Manifest && before.Rollout == next.Rollout && before.Minimum == next.Minimum
        && (expires is null || (before.Expires is null && next.Expires is null));

    private static RemoteUpload Upload(RelativePath path, ReleasePack pack) => new()
    {
        Path = path,
        Length = pack.Length,
        Key = pack.Hash.Hex[..16],
        OpenAsync = (offset, _) =>
        {
            var file = new FileStream(pack.File, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
            file.Position = offset;
            return Task.FromResult<Stream>(file);
        },
    };

    private static PublishOutcome Outcome(PublishRequest request, ReleaseDraft draft, long? sequence, ImmutableArray<EarlierRelease> earlier) => new(
        request.Version,
        request.Channel,
        sequence,
        draft.Reference.Folder.Value,
        draft.Manifest.Files.Length,
        draft.Manifest.Files.Sum(file => file.Size),
        (draft.Pack?.Length ?? 0) + draft.Bytes.Length,
        UpdateSize.Fresh(draft.Manifest),
        [.. earlier.Where(one => one.Listed.Manifest != draft.Reference).Select(one => UpdateSize.Of(one, draft.Manifest)).Reverse()]);
}
