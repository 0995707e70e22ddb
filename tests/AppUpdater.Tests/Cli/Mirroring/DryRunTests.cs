using AppUpdater.Core.Disk;
using AppUpdater.Mirroring;
using AppUpdater.Testing;
using static AppUpdater.Tests.Mirroring.MirrorTesting;

namespace AppUpdater.Tests.Cli.Mirroring;

/// <summary>A dry run writes nothing, on neither side, and disturbs nobody.</summary>
public sealed class DryRunTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly MirrorScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_dry_run_makes_neither_the_folder_nor_anything_in_it()
    {
        _scene.Served.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        Assert.Equal(0, await _scene.RunAsync("pull", $"{server.Url}", _scene.Here["new/scenes"], "--settle", "1s", "--log-dir", _scene.Here["logs"], "--dry-run"));
        Assert.Equal(0, await _scene.RunAsync("pull", $"{server.Url}", _scene.Here["new/scenes"], "--delete", "--remember", "--every", "15m", "--settle", "0", "--dry-run"));
        Assert.Contains("a.txt", _scene.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Here.Root));

        Directory.CreateDirectory(_scene.Here["out"]);
        _scene.Here.WriteOld("out/b.txt", "two");
        Assert.Equal(0, await _scene.RunAsync("push", _scene.Here["out"], $"{server.Url}", "--delete", "--watch", "--dry-run"));
        Assert.Contains("b.txt", _scene.Out, StringComparison.Ordinal);
        Assert.Equal(["b.txt"], Directory.GetFileSystemEntries(_scene.Here["out"]).Select(Path.GetFileName));
        Assert.Equal(["a.txt"], Directory.GetFileSystemEntries(_scene.Served.Root).Select(Path.GetFileName));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dry_run_beside_a_mirror_at_work_shows_its_plan_and_leaves_what_that_one_keeps(bool isPull)
    {
        var (source, here) = isPull ? (_scene.Served, _scene.Here) : (_scene.Here, _scene.Here);
        source.WriteOld("a.txt", "one");
        await using var server = LoopbackFtpServer.Start(_scene.Served.Root);
        string[] mirror = isPull ? ["pull", $"{server.Url}", here.Root, "--settle", "1s", "--delete"] : ["push", here.Root, $"{server.Url}", "--delete"];
        Assert.Equal(0, await _scene.RunAsync(mirror));
        source.WriteOld("b.txt", "two");
        var options = server.Options(here.Root);
        var place = MirrorSetup.Of(options, isPull ? MirrorPlace.Pull : MirrorPlace.Push).Place;
        await File.AppendAllTextAsync(place.Journal, "{\"p\":\"a.txt\",\"f\":tr"); // a line that is being written just now
        var before = Kept(place);
        using (MirrorLock.Take(place, DurableFiles.ForThisSystem(), TimeProvider.System))
        {
            Assert.Equal(0, await _scene.RunAsync([.. mirror, "--dry-run", "--json"]));
            Assert.Equal(6, await _scene.RunAsync(mirror));
        }

        await _scene.RunAsync([.. mirror, "--dry-run", "--json"]);
        Assert.Equal(isPull ? 0 : 1, _scene.Json.GetProperty("new").GetInt32()); // of a pull it is seen for the first time, and waits
        Assert.Equal(isPull ? 1 : 0, _scene.Json.GetProperty("waiting").GetInt32());
        Assert.Equal(1, _scene.Json.GetProperty("unchanged").GetInt32());
        Assert.Equal(before, Kept(place));
    }

    /// <summary>All but the locks and the status: who is refused the folder says so there.</summary>
    private static IReadOnlyList<string> Kept(MirrorPlace place) => [.. Directory.GetFiles(place.Own)
        .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && !file.EndsWith(".status.json", StringComparison.Ordinal))
        .Select(file => $"{Path.GetFileName(file)} {File.GetLastWriteTimeUtc(file).Ticks} {File.ReadAllText(file)}").Order(StringComparer.Ordinal)];
}
