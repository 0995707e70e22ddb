using System.Globalization;
using System.IO.Abstractions;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Staging;

/// <summary>
/// <c>.appupdater/staging/&lt;release&gt;/</c>: what was fetched, whole (<c>.done</c>) or in part (<c>.part</c>). Names follow from the
/// server's path, size and time, so that an unchanged file goes on at its byte and a changed one begins at zero. A part is gone on with from
/// the place that it came from only: two servers may hold two files of one size and time. Of a signed release names follow from the hashes.
/// </summary>
/// <param name="fileSystem">The disk.</param>
/// <param name="files">The same, for single files.</param>
/// <param name="layout">The install.</param>
/// <param name="place">Where files are fetched from; null where none are.</param>
/// <param name="clock">For the names of parts.</param>
internal sealed class StagingFolder(IFileSystem fileSystem, IDurableFiles files, InstallLayout layout, RemoteLocation? place, TimeProvider clock)
{
    private const string Done = ".done";
    private readonly string _part = $".{Uptime.Name(fileSystem, clock)}-{ContentHash.Of(Encoding.UTF8.GetBytes($"{place}")).Hex[..8]}.part";

    // Of a file without a time nothing is taken up that another run left: any other of its size would have the same name.
    private readonly string _timeless = $"-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>Whether nothing lay there when it was made ready.</summary>
    internal bool WasEmpty { get; private set; }

    internal string PathFor(UpdatePlan plan) => Path.Join(layout.Staging, plan.To.ToNormalizedString());

    internal string PartOf(UpdatePlan plan, ReleaseFile file) => Path.Join(PathFor(plan), Name(file) + Part(file));

    internal string DoneOf(UpdatePlan plan, ReleaseFile file) => Path.Join(PathFor(plan), Name(file) + Done);

    /// <summary>Makes the folder ready for a plan: keeps what still fits, from this and other releases' folders, and removes the rest.</summary>
    internal void Open(UpdatePlan plan)
    {
        var own = PathFor(plan);
        fileSystem.Directory.CreateDirectory(own);
        WasEmpty = fileSystem.Directory.GetFiles(own).Length == 0 && fileSystem.Directory.GetDirectories(layout.Staging).All(folder => IsSame(folder, own));
        if (WasEmpty)
            return; // no names to compare with
        var wanted = plan.Steps.Fetch.SelectMany(file => new[] { Name(file.File) + Part(file.File), Name(file.File) + Done })
            .Concat(plan.Release.Manifest?.Blobs.Select(BlobName) ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var other in fileSystem.Directory.GetDirectories(layout.Staging).Where(folder => !IsSame(folder, own)))
        {
            foreach (var file in fileSystem.Directory.GetFiles(other).Where(file => wanted.Contains(Path.GetFileName(file))))
                Adopt(file, Path.Join(own, Path.GetFileName(file)));
            fileSystem.Directory.Delete(other, recursive: true);
        }

        foreach (var file in fileSystem.Directory.GetFiles(own).Where(file => !wanted.Contains(Path.GetFileName(file))))
            fileSystem.File.Delete(file);
    }

    /// <summary>Bytes of the plan that lie here already.</summary>
    internal long BytesHere(UpdatePlan plan) =>
        WasEmpty ? 0 : plan.Steps.Fetch.Sum(file => Length(DoneOf(plan, file.File)) ?? Length(PartOf(plan, file.File)) ?? 0);

    /// <summary>Removes everything staged, for any release.</summary>
    internal void Clear()
    {
        if (fileSystem.Directory.Exists(layout.Staging))
            fileSystem.Directory.Delete(layout.Staging, recursive: true);
    }

    /// <summary>Where what came of a blob lies, as its pack has it, while the rest is missing.</summary>
    internal string PartOf(UpdatePlan plan, ManifestBlob blob) => Path.Join(PathFor(plan), BlobName(blob));

    internal static string Key(ReleaseFile file)
    {
        if (file.Content is { } content)
            return ContentHash.Of(Encoding.UTF8.GetBytes($"{file.Path}\n{content.Hash}")).Hex[..32];
        var ticks = file.Modified is { } modified ? modified.Utc.UtcTicks.ToString(CultureInfo.InvariantCulture) : "";
        return ContentHash.Of(Encoding.UTF8.GetBytes($"{file.RemotePath}\n{file.Size}\n{ticks}")).Hex[..32];
    }

    // The same bytes may be stored in two ways, by two publishers' tools.
    private static string BlobName(ManifestBlob blob) => string.Create(CultureInfo.InvariantCulture, $"{blob.Hash.Hex[..32]}-{blob.StoredSize}.blob");

    // Whose bytes are known by their hash, whatever server they came from and whatever happened since.
    private string Part(ReleaseFile file) => file.Content is null ? _part : ".part";

    private string Name(ReleaseFile file) => Key(file) + (file.Modified is null ? _timeless : "");

    private long? Length(string path) => files.Stat(path) is { Kind: FileKind.File, Length: var length } ? length : null;

    private void Adopt(string file, string target)
    {
        if (files.Stat(target) is null)
            files.Rename(file, target);
    }

    private static bool IsSame(string one, string other) => string.Equals(Path.GetFileName(one), Path.GetFileName(other), StringComparison.Ordinal);
}
