using System.Collections.Immutable;
using System.Text;
using AppUpdater.Cli.Output;
using AppUpdater.Releases;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Cli.Publishing;

/// <summary>A plain tree to be mirrored. <see cref="Root"/>: the server folder that is the mirror's own, whatever else lies beside it.</summary>
internal sealed record PlainRequest(string Folder, string App, NuGetVersion Version, RelativePath Root)
{
    internal NuGetVersion? Minimum { get; init; }

    internal bool IsDryRun { get; init; }

    internal bool OverrideLock { get; init; }
}

/// <summary>What was sent and removed, or would be.</summary>
internal sealed record PlainOutcome(ImmutableArray<BuildFile> Sent, ImmutableArray<RelativePath> Removed);

/// <summary>
/// Mirrors a build to a server without signatures: what differs by size or time is sent, what is gone is removed, only below the root, and
/// version.ini is written last.
/// </summary>
internal sealed class PlainMirror(IRemoteTarget target, TimeProvider clock, Action<string> note)
{
    private static readonly RelativePath Pointer = RelativePath.Parse("version.ini");

    // FAT's, the coarsest that a copy of a file keeps.
    private static readonly TimeSpan TimesDiffer = TimeSpan.FromSeconds(2);

    internal async Task<PlainOutcome> RunAsync(PlainRequest request, CancellationToken ct)
    {
        var build = BuildScan.Read(request.Folder, ct);
        foreach (var left in build.LeftOut)
            note($"Warning: {left} is left out.");
        var files = await BuildHasher.HashAsync(build.Files, ct);
        foreach (var warning in BuildWarnings.Of(files, last: null, ct))
            note($"Warning: {warning}");
        await using var held = request.IsDryRun ? null : await PublishLock.TakeAsync(target, request.OverrideLock, note, clock, ct);
        await ThrowIfSignedAsync(ct);
        var there = await ListAsync(request.Root, ct);
        var hashes = files.ToDictionary(file => file.File.Path, file => file.Hash);
        var sent = build.Files.Where(file => !IsSame(file, there.GetValueOrDefault(At(request, file.Path)))).ToImmutableArray();
        var wanted = build.Files.Select(file => At(request, file.Path)).ToHashSet();
        ImmutableArray<RelativePath> removed = [.. there.Values.Where(entry => entry.Kind == RemoteEntryKind.File && !wanted.Contains(entry.Path)).Select(entry => entry.Path).Order()];
        if (!request.IsDryRun)
        {
            foreach (var file in sent)
            {
                note($"Sending {file.Path}, {ByteCount.Show(file.Size)}.");
                await target.UploadAsync(Upload(At(request, file.Path), file, hashes[file.Path].Hex[..16]), ct);
            }

            await target.MakeFoldersAsync([.. build.EmptyFolders.Select(folder => At(request, folder))], ct);
            await target.DeleteAsync(removed, ct);
            await target.DeleteFoldersAsync(GoneFolders(request, build, there.Values), ct);
            await target.UploadAsync(RemoteFiles.Upload(Pointer, Encoding.UTF8.GetBytes(Text(request))), ct);
        }

        return new PlainOutcome(sent, removed);
    }

    private async Task ThrowIfSignedAsync(CancellationToken ct)
    {
        if (await ServerStateReader.ReadRawAsync(target, Pointer, ct) is { } bytes && SignedBytes.Split(bytes, $"{Pointer} at {target.Location}").IsSigned)
            throw new SettingsException($"{target.Location} holds signed releases; its installs refuse a plain tree. Publish with --key, or to another folder.");
    }

    private async Task<Dictionary<RelativePath, RemoteEntry>> ListAsync(RelativePath root, CancellationToken ct)
    {
        var there = new Dictionary<RelativePath, RemoteEntry>();
        try
        {
            await foreach (var entry in target.ListAsync(root, _ => true, ct))
                there[entry.Path] = entry;
        }
        catch (MissingException)
        {
            // The first time.
        }

        return there;
    }

    private static bool IsSame(BuildFile file, RemoteEntry? there) =>
        there is { Kind: RemoteEntryKind.File, Modified: { } time } && there.Size == file.Size
        && (time.Utc - file.Modified).Duration() <= (time.Precision > TimesDiffer ? time.Precision : TimesDiffer);

    /// <summary>Deepest first.</summary>
    private static ImmutableArray<RelativePath> GoneFolders(PlainRequest request, Build build, IEnumerable<RemoteEntry> there)
    {
        var wanted = build.Files.SelectMany(file => At(request, file.Path).Folders())
            .Concat(build.EmptyFolders.SelectMany(folder => At(request, folder).Folders().Prepend(At(request, folder)))).ToHashSet();
        return [.. there.Where(entry => entry.Kind == RemoteEntryKind.Directory && !wanted.Contains(entry.Path)).Select(entry => entry.Path).OrderByDescending(path => path.Value.Length)];
    }

    private static RelativePath At(PlainRequest request, RelativePath path) => RelativePath.Parse($"{request.Root}/{path}");

    private static RemoteUpload Upload(RelativePath path, BuildFile file, string key) => new()
    {
        Path = path,
        Length = file.Size,
        Key = key,
        Modified = file.Modified,
        OpenAsync = (offset, _) =>
        {
            var stream = new FileStream(file.Source, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
            stream.Position = offset;
            return Task.FromResult<Stream>(stream);
        },
    };

    private string Text(PlainRequest request) => PointerText.Of(
        PointerWriter.New(request.App, PointerText.StableChannel, new ListedRelease(request.Version, "any", clock.GetUtcNow(), new ManifestReference(Pointer, 0, Core.Hashing.ContentHash.Of([])))) with
        {
            Channel = null,
            Manifest = null,
            Root = request.Root,
            Minimum = request.Minimum,
        });
}
