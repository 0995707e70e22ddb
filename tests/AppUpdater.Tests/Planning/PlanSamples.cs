using System.Collections.Immutable;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Tests.Releases;
using AppUpdater.Transport;
using NuGet.Versioning;

namespace AppUpdater.Tests.Planning;

/// <summary>An install in data: what is recorded, what lies there, what the server has. A file is its text; its size follows.</summary>
internal sealed class PlanSamples
{
    internal static readonly DateTimeOffset Noon = ReleaseSamples.Noon;
    internal static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<RelativePath, InstalledFile> _recorded = [];
    private readonly Dictionary<RelativePath, LocalFile> _local = [];
    private readonly List<ReleaseFile> _server = [];
    private readonly List<ManifestBlob> _blobs = [];

    internal NuGetVersion? Installed { get; set; } = NuGetVersion.Parse("1.0.0");
    internal string Offered { get; set; } = "1.1.0";
    internal string More { get; set; } = "";
    internal ChangedFilePolicy Changed { get; set; }
    internal string[] Protect { get; set; } = [];
    internal string? Run { get; set; }
    internal bool HasRecord { get; set; } = true;
    internal string[] Folders { get; set; } = [];
    internal string[] ExistingFolders { get; set; } = [];
    internal string[] Occupied { get; set; } = [];
    internal Dictionary<string, FolderInTheWay> FoldersInTheWay { get; } = [];
    internal Dictionary<string, string> Aliases { get; } = [];
    internal string[] EmptyFolders { get; set; } = [];

    internal PlanScope Scope { get; set; } = new() { Backup = BackupMode.Zip, Volume = "/", Now = Noon.AddDays(1) };

    internal static ContentHash Hash(string text) => ContentHash.Of(Encoding.UTF8.GetBytes(text));

    internal static RelativePath Path(string path) => RelativePath.Parse(path);

    /// <summary>Installed by an earlier update at noon and untouched since.</summary>
    internal PlanSamples Ours(string path, string text)
    {
        _recorded[Path(path)] = new InstalledFile(text.Length, new RemoteTime(Noon, Second), Noon, Hash(text));
        return Here(path, text);
    }

    /// <summary>Lies in the install.</summary>
    internal PlanSamples Here(string path, string text, DateTimeOffset? modified = null)
    {
        _local[Path(path)] = new LocalFile(text.Length, modified ?? Noon, Hash(text));
        return this;
    }

    internal PlanSamples Gone(string path)
    {
        _local.Remove(Path(path));
        return this;
    }

    /// <summary>Is in a signed release.</summary>
    internal PlanSamples Signed(string path, string text)
    {
        var content = new ManifestFile(Path(path), text.Length, Hash(text), Noon, null, text.Length == 0 ? [] : [_blobs.Count]);
        if (text.Length > 0)
            _blobs.Add(new ManifestBlob(Hash(text), text.Length, 0, _blobs.Sum(blob => (long)blob.StoredSize), text.Length, BlobEncoding.Stored));
        _server.Add(new ReleaseFile(Path(path), Path(path), text.Length, new RemoteTime(Noon, Second)) { Content = content });
        return this;
    }

    /// <summary>Lies on the server.</summary>
    internal PlanSamples Server(string path, string text, int minutesAfterNoon = 0, TimeSpan? precision = null)
    {
        _server.Add(new ReleaseFile(Path(path), Path(path), text.Length, new RemoteTime(Noon.AddMinutes(minutesAfterNoon), precision ?? Second)));
        return this;
    }

    internal bool IsSigned { get; set; }

    internal ManifestReference? RecordedManifest { get; set; }

    internal Release Release() => IsSigned ? SignedRelease() : PlainRelease();

    private Release SignedRelease() => PlainRelease() with
    {
        Version = ReleaseSamples.Version(Offered, More + $"[files]\nmanifest = releases/x/manifest.json.br, 9, {Hash(Offered)}\n"),
        Manifest = new ReleaseManifest
        {
            App = "app",
            Version = NuGetVersion.Parse(Offered),
            Platform = "any",
            Packs = [new ManifestPack(Path("releases/x/content.pack"), _blobs.Sum(blob => (long)blob.StoredSize))],
            Blobs = [.. _blobs],
            Files = [.. _server.Select(file => file.Content!).OrderBy(file => file.Path)],
        },
    };

    private Release PlainRelease() => new(ReleaseSamples.Version(Offered, More), [.. _server.OrderBy(file => file.Path)], $"{Offered}-0123456789abcdef")
    {
        EmptyFolders = [.. EmptyFolders.Select(folder => new ReleaseFolder(Path(folder), Path(folder)))],
    };

    internal LocalSnapshot Local() => new(
        Installed,
        HasRecord
            ? new InstalledRecord
            {
                App = "app",
                Version = Installed!,
                Release = "1.0.0-00",
                Manifest = RecordedManifest,
                Files = _recorded.ToImmutableSortedDictionary(),
                Folders = [.. Folders.Select(Path)],
            }
            : null,
        _local.ToImmutableSortedDictionary(),
        [.. ExistingFolders.Select(Path)],
        [.. Occupied.Select(Path)])
    {
        FoldersInTheWay = FoldersInTheWay.ToImmutableSortedDictionary(folder => Path(folder.Key), folder => folder.Value),
        Aliases = Aliases.ToImmutableSortedDictionary(alias => Path(alias.Key), alias => Path(alias.Value)),
    };

    internal UpdatePlan? TryPlan() => UpdatePlanner.Plan(
        Release(),
        Local(),
        new InstallSettings
        {
            App = "app", Directory = "/app", Changed = Changed, Protect = [.. Protect], Run = Run is null ? null : Path(Run),
        },
        Scope);

    internal UpdatePlan Plan() => TryPlan() ?? throw new InvalidOperationException("There is nothing to do.");

    /// <summary>The plan's steps in short: <c>+ added</c>, <c>~ changed</c>, <c>- removed</c>, <c>= unchanged</c>, copies after an arrow.</summary>
    internal string[] Steps()
    {
        var steps = Plan().Steps;
        return
        [
            .. steps.Fetch.Select(file => $"{(file.OldHash is null ? '+' : '~')} {file.Target}{Copy(file.KeepUserCopyAs)}"),
            .. steps.Drop.Select(file => $"- {file.Path}{Copy(file.KeepUserCopyAs)}"),
            .. steps.Unchanged.Select(file => $"= {file.Key}"),
        ];
    }

    private static string Copy(RelativePath? copy) => copy is { } path ? $" > {path}" : "";
}
