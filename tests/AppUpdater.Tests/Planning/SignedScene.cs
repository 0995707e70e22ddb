using System.Collections.Immutable;
using System.IO.Abstractions;
using System.Security.Cryptography;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Tests.Core.Simulation;
using AppUpdater.Tests.Releases;
using AppUpdater.Tests.Staging;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Planning;

/// <summary>An install with keys, and folders in place of servers: the first is the url, the others its fallbacks.</summary>
internal sealed class SignedScene : IDisposable
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _temp = new();

    internal SignedScene()
    {
        Directory.CreateDirectory(_temp["install"]);
        Publisher = new TestPublisher(Server());
        Keys = [Publisher.Key];
    }

    internal TestPublisher Publisher { get; }
    internal IReadOnlyList<ECDsa> Keys { get; set; }
    internal IReadOnlyList<ECDsa> Recovery { get; set; } = [];
    internal int Threshold { get; set; } = 1;
    internal bool AllowUnsigned { get; set; }
    internal string Channel { get; set; } = "stable";
    internal DateTimeOffset Now { get; set; } = Noon;

    /// <summary>In place of one that stands at <see cref="Now"/>, where set.</summary>
    internal TimeProvider? Clock { get; set; }
    internal ImmutableArray<string> Places { get; set; } = ["server"];
    /// <summary>In place of the folders, where set.</summary>
    internal ScriptedSource? Source { get; set; }

    internal ImmutableArray<RelativePath> Reserved { get; set; } = [];
    internal CollectedLog Log { get; } = new();
    internal IDurableFiles Files { get; set; } = DurableFiles.ForThisSystem();
    internal List<Offer> Offers { get; } = [];
    internal InstallLayout Layout => new(_temp["install"]);
    internal TrustRecord Trust => TrustFile.Load(new FileSystem(), Layout.Trust);

    /// <summary>A folder by its name; a URL stays what it is.</summary>
    internal string Server(string name = "server") => name.Contains("://", StringComparison.Ordinal) ? name : _temp[name];

    /// <summary>Copies what lies at the first place as it is now.</summary>
    internal void Mirror(string name)
    {
        foreach (var file in Directory.GetFiles(Server(), "*", SearchOption.AllDirectories))
        {
            var to = Path.Join(Server(name), Path.GetRelativePath(Server(), file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }
    }

    internal async Task<UpdatePlan?> CheckAsync(bool force = false)
    {
        await using var places = Choice();
        return await Open(places, force).RunAsync(CancellationToken.None);
    }

    internal async Task<UpdatePlan> RemakeAsync(UpdatePlan made)
    {
        await using var places = Choice();
        return await Open(places, force: false).RemakeAsync(made, CancellationToken.None);
    }

    internal async Task<string> RefusedAsync() => (await Assert.ThrowsAsync<UntrustedException>(() => CheckAsync())).Message;

    /// <summary>The record that an update to this plan leaves.</summary>
    internal void Install(UpdatePlan plan)
    {
        Directory.CreateDirectory(Layout.Own);
        File.WriteAllBytes(Layout.InstalledRecord, InstalledRecordFile.Write(new InstalledRecord
        {
            App = TestPublisher.App,
            Version = plan.To,
            Sequence = plan.Release.Version.Sequence,
            Release = plan.Release.Id,
            Files = ImmutableSortedDictionary<RelativePath, InstalledFile>.Empty,
            Folders = [],
        }));
    }

    internal async Task<UpdatePlan> CheckAndInstallAsync()
    {
        var plan = await CheckAsync() ?? throw new InvalidOperationException("There is no update.");
        Install(plan);
        return plan;
    }

    public void Dispose()
    {
        Publisher.Dispose();
        _temp.Dispose();
    }

    internal UpdateCheck Open(RemoteChoice places, bool force) =>
        new(Environment(), places, new CheckOptions { Force = force, Offered = Offers.Add });

    internal RemoteChoice Choice() => Source is { } source
        ? new RemoteChoice([() => source], TimeProvider.System, Log)
        : RemoteChoice.Of(TransportTestOptions.Create(Log, server: Settings().Server));

    private InstallEnvironment Environment() => new(Settings(), Layout, new FileSystem(), Files, Clock ?? new FixedClock(Now), Log)
    {
        HostKeys = Keys.Count == 0 ? null : new TrustedKeys { Keys = [.. Keys.Select(Pem)], Threshold = Threshold, Recovery = [.. Recovery.Select(Pem)] },
    };

    private static string Pem(ECDsa key) => key.ExportSubjectPublicKeyInfoPem();

    private UpdateSettings Settings() => new()
    {
        File = _temp["install/dato.ini"],
        Server = new ServerSettings { Url = Server(Places[0]), Fallbacks = [.. Places.Skip(1).Select(Server)] },
        Install = new InstallSettings { App = TestPublisher.App, Directory = Layout.Root },
        Trust = new TrustSettings { AllowUnsigned = AllowUnsigned },
        Update = new PolicySettings { Channel = Channel },
        Warnings = [],
        Reserved = Reserved,
    };
}
