using System.Security.Cryptography;
using AppUpdater.Cli.Publishing;
using AppUpdater.Releases;
using NuGet.Versioning;

namespace AppUpdater.Tests.Cli.Publishing;

/// <summary>A build folder, a server folder and a key.</summary>
internal sealed class PublishScene : IDisposable
{
    internal const string App = "com.example.app";

    internal PublishScene()
    {
        Target = new RecordingTarget(Server);
        Keys = new PublisherKeys([ECDsa.Create(ECCurve.NamedCurves.nistP256)]);
    }

    internal TempFolder Temp { get; } = new();

    internal string Build => Temp["build"];

    internal string Server => Temp["server"];

    internal RecordingTarget Target { get; set; }

    internal PublisherKeys Keys { get; set; }

    internal SetClock Clock { get; } = new();

    internal List<string> Notes { get; } = [];

    internal PublishRequest Request(string version) => new() { Folder = Build, App = App, Version = NuGetVersion.Parse(version) };

    internal Task<PublishOutcome> PublishAsync(string version) => PublishAsync(Request(version));

    internal Task<PublishOutcome> PublishAsync(PublishRequest request) =>
        new ReleasePublisher(Target, Keys, Clock, Notes.Add).PublishAsync(request, CancellationToken.None);

    internal PointerEdits Edits() => new(Target, Keys, Clock, Notes.Add, overrideLock: false);

    internal Task<ServerCheckReport> CheckAsync() => new ServerCheck(Target, Keys.Trusted, Clock).RunAsync(CancellationToken.None);

    internal void Write(string path, string text) => Temp.Write(Path.Join("build", path), text);

    internal void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Build, path))!);
        File.WriteAllBytes(Path.Join(Build, path), content);
    }

    /// <summary>Bytes that can't be compressed.</summary>
    internal static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // the same bytes at every run
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    /// <summary>A pointer as a client reads it: signed by the key, then parsed.</summary>
    internal VersionFile Pointer(string name = "version.ini")
    {
        var bytes = File.ReadAllBytes(Path.Join(Server, name));
        var signed = SignedBytes.Split(bytes, name);
        Assert.True(new KeySet(0, 1, Keys.Public, []).Signs(signed.Of(bytes), signed.Signatures));
        return VersionFileParser.Parse(bytes, name);
    }

    internal ReleaseManifest Manifest(string pointer = "version.ini")
    {
        var reference = Pointer(pointer).Manifest!;
        return ManifestCodec.Read(File.ReadAllBytes(reference.Path.Under(Server)), reference.Folder, "m");
    }

    /// <summary>Every file on the server with its bytes' hash.</summary>
    internal Dictionary<string, string> Served() => !Directory.Exists(Server) ? [] : Directory.EnumerateFiles(Server, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(Server, file).Replace('\\', '/'), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    public void Dispose()
    {
        Keys.Dispose();
        Temp.Dispose();
    }
}

/// <summary>A clock that stands where it is put, today at first: files on the disk have today's times.</summary>
internal sealed class SetClock : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = new(System.GetUtcNow().Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
