using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Staging;
using AppUpdater.Tests.Releases;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Staging;

/// <summary>A publisher's folder, the same as a server in memory, and an install that fetches signed releases from it.</summary>
internal sealed class SignedScene : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<UpdateProgress> _progress = [];

    internal SignedScene()
    {
        Publisher = new TestPublisher(_folder["server"]);
        Directory.CreateDirectory(Root);
    }

    internal TestPublisher Publisher { get; }
    internal ScriptedSource Server { get; } = new();
    internal string Root => _folder["install"];
    internal string Served => _folder["server"];
    internal string Staging => Path.Join(Root, ".appupdater/staging/1.0.0");
    internal IReadOnlyList<UpdateProgress> Progress => _progress;
    internal string PackPath { get; private set; } = "";
    internal List<Func<IRemoteSource>> OtherPlaces { get; } = [];
    internal int Connections { get; set; } = 4;

    internal static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Publishes 1.0.0 and plans it for what lies in the install.</summary>
    internal async Task<UpdatePlan> PublishAsync(params (string Path, byte[] Content)[] files)
    {
        var reference = Publisher.Publish("1.0.0", files);
        PackPath = $"{reference.Folder}/content.pack";
        await CopyToServerAsync(Server);
        return await PlanAsync(reference);
    }

    internal async Task CopyToServerAsync(ScriptedSource server)
    {
        foreach (var file in Directory.GetFiles(Served, "*", SearchOption.AllDirectories))
            server.Put(Path.GetRelativePath(Served, file).Replace('\\', '/'), await File.ReadAllBytesAsync(file));
    }

    internal async Task<UpdatePlan> PlanAsync(ManifestReference reference, bool isRepair = false)
    {
        await using var source = RemoteSources.Open(RemoteLocation.Parse(Served), TransportTestOptions.Create());
        var manifest = await ManifestReader.ReadAsync(source, reference, CancellationToken.None);
        var version = VersionFileParser.Parse(await File.ReadAllBytesAsync(Publisher.PointerPath), "version.ini");
        var release = SignedReleaseBuilder.Build(version, manifest, ReleaseSamples.Paths("dato.ini"));
        var local = await new LocalSnapshotReader(Layout, DurableFiles.ForThisSystem()).ReadAsync(
            new InstalledState(null, null), [.. release.Files.Select(file => file.Path).Concat(Here)], [], CancellationToken.None);
        var scope = new PlanScope { Backup = BackupMode.Zip, Volume = "/", Now = ReleaseSamples.Noon, IsRepair = isRepair };
        return UpdatePlanner.Plan(release, local, new InstallSettings { App = TestPublisher.App, Directory = Root }, scope)!;
    }

    /// <summary>Lies in the install, known to whoever looks.</summary>
    internal SignedScene Put(string path, byte[] content)
    {
        var full = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        Here.Add(RelativePath.Parse(path));
        return this;
    }

    internal async Task<StagedFiles> FetchAsync(UpdatePlan plan, IRemoteSource? source = null, TimeProvider? clock = null, CancellationToken ct = default)
    {
        _progress.Clear();
        var options = new StagingOptions { Connections = Connections, RetryDelay = TimeSpan.FromMilliseconds(1) };
        var engine = new PackEngine(source ?? Server, Layout, new FileSystem(), DurableFiles.ForThisSystem(), options, clock ?? TimeProvider.System, NullLogger.Instance)
        {
            OtherPlaces = OtherPlaces,
        };
        return await DownloadScene.FetchAsync(engine, plan, new ProgressMeter(new Handler(_progress.Add), TimeProvider.System), ct);
    }

    internal static void RequireFiles(StagedFiles staged, params (string Path, byte[] Content)[] files)
    {
        Assert.Equal(files.Select(file => file.Path).Order(StringComparer.Ordinal), staged.Files.Select(file => file.Planned.Target.Value));
        foreach (var (path, content) in files)
        {
            var file = staged.Files.Single(one => one.Planned.Target.Value == path);
            Assert.EndsWith(".done", file.FullPath, StringComparison.Ordinal);
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(file.FullPath)), path);
            Assert.Equal(file.Planned.File.Content!.Hash, file.Hash);
        }
    }

    public void Dispose()
    {
        Publisher.Dispose();
        Server.Dispose();
        _folder.Dispose();
    }

    private List<RelativePath> Here { get; } = [];

    private InstallLayout Layout => new(Root);

    private sealed class Handler(Action<UpdateProgress> handle) : IProgress<UpdateProgress>
    {
        public void Report(UpdateProgress value) => handle(value);
    }
}
