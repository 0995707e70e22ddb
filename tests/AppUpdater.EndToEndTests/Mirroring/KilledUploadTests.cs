using AppUpdater.EndToEndTests.LargeFiles;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>A push that is killed in the middle of a file, which is another one, or none, when it is started again.</summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class KilledUploadTests : IDisposable
{
    private const int Bytes = 3_000_000;

    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(30);

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _here.Dispose();
        _served.Dispose();
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public async Task What_it_left_on_the_server_is_removed_by_the_next_run()
    {
        foreach (var name in new[] { "goes.bin", "changes.bin", "stays.bin" })
            File.SetLastWriteTimeUtc(_here.Write($"sub/{name}", new string('x', Bytes)), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await using var server = await MirrorServer.StartAsync(ServerPrograms.Vsftpd, _served.Root);
        Assert.True(await MirrorProcess.KillAsync(MirrorProcess.Push(server, _here.Root, "--rate", "900kB"), () => Leftovers().Count(file => new FileInfo(file).Length > 0) == 3, Latest));
        Assert.Equal(3, Leftovers().Length);
        File.Delete(_here["sub/goes.bin"]);
        _here.Write("sub/changes.bin", "another one");

        (await MirrorProcess.RunAsync(MirrorProcess.Push(server, _here.Root))).Is(0);
        MirroredTree.AssertEqual(_here.Root, _served.Root, "push");
    }

    private string[] Leftovers() => Directory.GetFiles(_served.Root, "*.uploading", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
}
