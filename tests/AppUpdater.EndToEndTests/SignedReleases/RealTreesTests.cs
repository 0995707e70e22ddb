using System.Diagnostics;
using System.Globalization;
using AppUpdater.EndToEndTests.LargeFiles;
using AppUpdater.EndToEndTests.RealServers;
using Xunit.Abstractions;

namespace AppUpdater.EndToEndTests.SignedReleases;

/// <summary>Signed releases of what is really there: three .NET runtimes, ten thousand small files, one file beyond 4 GiB.</summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class RealTreesTests(ITestOutputHelper output) : IDisposable
{
    private const int Limit = 600_000;
    private const int SmallFiles = 10_000;
    private static readonly string[] Versions = [RuntimeTrees.Oldest, RuntimeTrees.Old, RuntimeTrees.New];

    private readonly SignedServer _server = new();

    public void Dispose() => _server.Dispose();

    [LongFact(Timeout = Limit)]
    public Task Installs_of_every_runtime_become_the_newest_byte_for_byte_from_a_folder() => UpdateAllAsync(_server.Served);

    [LargeFileFact(ServerPrograms.Vsftpd)]
    public async Task Installs_of_every_runtime_become_the_newest_byte_for_byte_from_vsftpd()
    {
        await using var vsftpd = await VsftpdServer.StartAsync(_server.Served, new VsftpdOptions { Writable = true });
        await UpdateAllAsync(vsftpd.Url.ToString());
    }

    [LongFact(Timeout = Limit)]
    public async Task Ten_thousand_small_files_are_published_and_installed()
    {
        await _server.MakeKeysAsync();
        var build = Directory.CreateDirectory(_server["build"]).FullName;
        var count = 0;
        foreach (var file in new DirectoryInfo("/usr/share").EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.LinkTarget is null && file.Length is > 0 and < 65_536 && RelativePath.TryParse(file.Name, out _, out _)).Take(SmallFiles))
            file.CopyTo(Path.Join(Directory.CreateDirectory(Path.Join(build, string.Create(null, $"{count / 50}"))).FullName, string.Create(null, $"{count++}-{file.Name}")));
        Assert.Equal(SmallFiles, count);

        var start = Stopwatch.GetTimestamp();
        await _server.PublishAsync(build, "1.0.0", _server.Served);
        Report("ten thousand small files published", start);
        var install = _server.Configure("install", _server.Served);
        start = Stopwatch.GetTimestamp();
        (await _server.RunAsync("update", install)).Is(0);
        Report("ten thousand small files installed", start);

        Assert.Equal(SignedServer.Hashes(build), SignedServer.Hashes(install));
    }

    [LongFact(Timeout = 2 * Limit)]
    public async Task A_file_beyond_four_gigabytes_is_published_installed_and_repaired()
    {
        await _server.MakeKeysAsync();
        var build = Directory.CreateDirectory(_server["build"]).FullName;
        SparseContent.Write(Path.Join(build, "large.bin"));
        var start = Stopwatch.GetTimestamp();
        await _server.PublishAsync(build, "1.0.0", _server.Served);
        Report("5 GiB published", start);

        var install = _server.Configure("install", _server.Served);
        start = Stopwatch.GetTimestamp();
        (await _server.RunAsync("update", install)).Is(0);
        Report("5 GiB installed", start);
        var large = Path.Join(install, "large.bin");
        await using (var file = File.OpenRead(large))
            Assert.Equal(SparseContent.Length, await SparseContent.CheckAsync(file, 0, long.MaxValue));

        await using (var file = new FileStream(large, FileMode.Open, FileAccess.Write))
        {
            file.Position = SparseContent.FourGiB + 123_456;
            file.WriteByte(1);
        }

        (await _server.RunAsync("verify", install)).Is(11, "large.bin");
        start = Stopwatch.GetTimestamp();
        (await _server.RunAsync("repair", install)).Is(0);
        Report("5 GiB repaired", start);
        await using (var file = File.OpenRead(large))
            Assert.Equal(SparseContent.Length, await SparseContent.CheckAsync(file, 0, long.MaxValue));
        (await _server.RunAsync("verify", install)).Is(0);
    }

    private async Task UpdateAllAsync(string url)
    {
        await _server.MakeKeysAsync();
        foreach (var version in Versions)
        {
            var build = _server[$"build {version}"];
            RuntimeTrees.LayOut(version, build);
            await _server.PublishAsync(build, version, url);
            (await _server.RunAsync("update", _server.Configure($"install {version}", url))).Is(0);
            Assert.Equal(SignedServer.Hashes(build), SignedServer.Hashes(_server[$"install {version}"]));
        }

        var newest = SignedServer.Hashes(_server[$"build {RuntimeTrees.New}"]);
        Damage(_server[$"install {RuntimeTrees.Old}"]);
        foreach (var older in Versions[..2])
        {
            (await _server.RunAsync("update", _server[$"install {older}"])).Is(0);
            Assert.Equal(newest, SignedServer.Hashes(_server[$"install {older}"]));
        }

        Damage(_server[$"install {RuntimeTrees.New}"]);
        (await _server.RunAsync("verify", _server[$"install {RuntimeTrees.New}"])).Is(11);
        (await _server.RunAsync("repair", _server[$"install {RuntimeTrees.New}"])).Is(0);
        Assert.Equal(newest, SignedServer.Hashes(_server[$"install {RuntimeTrees.New}"]));
    }

    /// <summary>Ten files: cut short, longer, of other bytes, or gone.</summary>
    private static void Damage(string install)
    {
        var files = SignedServer.Hashes(install).Keys.Where((_, at) => at % 20 == 3).Take(10).ToArray();
        Assert.Equal(10, files.Length);
        for (var at = 0; at < files.Length; at++)
        {
            var path = Path.Join(install, files[at]);
            if (at % 4 == 3)
            {
                File.Delete(path);
                continue;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            if (at % 4 == 0)
                file.SetLength(file.Length / 2);
            else if (at % 4 == 1)
                file.SetLength(file.Length + 10);
            else
                file.WriteByte((byte)(file.ReadByte() ^ 0x55));
        }
    }

    private void Report(string what, long start) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"figure: {what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
}
