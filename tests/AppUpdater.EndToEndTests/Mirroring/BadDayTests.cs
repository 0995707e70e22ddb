using AppUpdater.EndToEndTests.BadInput;
using AppUpdater.EndToEndTests.Conformance;
using AppUpdater.EndToEndTests.LargeFiles;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>Servers that take few connections, refuse a file, or are started anew in the middle.</summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class BadDayTests : IDisposable
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);

    private readonly TempFolder _served = new();
    private readonly TempFolder _here = new();

    public void Dispose()
    {
        _here.Dispose();
        _served.Dispose();
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public async Task A_server_that_takes_two_connections_is_pulled_from_and_pushed_to_with_four()
    {
        for (var i = 0; i < 200; i++)
            _served.Write($"folder {i % 20}/file {i}.txt", new string('x', i * 100));
        await using var server = await VsftpdServer.StartAsync(_served.Root, new VsftpdOptions { Writable = true, MaxPerAddress = 2 });
        (await CliRun.RunAsync([], CliRun.Program, ["mirror", "pull", server.Url.ToString(), _here.Root, "--connections", "4"])).Is(0);
        MirroredTree.AssertEqual(_served.Root, _here.Root, "pull");

        for (var i = 0; i < 200; i++)
            _here.Write($"more {i % 20}/file {i}.txt", new string('y', i * 100));
        (await CliRun.RunAsync([], CliRun.Program, ["mirror", "push", _here.Root, server.Url.ToString(), "--connections", "4"])).Is(0);
        MirroredTree.AssertEqual(_here.Root, _served.Root, "push");
    }

    [LongServerFact(ServerPrograms.PureFtpd)]
    public async Task A_file_that_may_not_be_read_fails_alone_and_is_named()
    {
        _served.Write("open/a.txt", "a");
        _served.Write("open/z.txt", "z");
        Allow(_served.Write("open/closed.txt", "c"), UnixFileMode.UserRead);
        ServedPlace.OpenToAll(_served.Root);
        await using var server = await MirrorServer.StartAsync(ServerPrograms.PureFtpd, _served.Root);
        (await MirrorProcess.RunAsync(MirrorProcess.Pull(server, _here.Root))).Is(8, "closed.txt");
        Assert.Equal(["open/a.txt", "open/z.txt"], MirroredTree.Names(_here.Root).Order(StringComparer.Ordinal));

        Allow(_served["open/closed.txt"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        (await MirrorProcess.RunAsync(MirrorProcess.Pull(server, _here.Root))).Is(0);
        MirroredTree.AssertEqual(_served.Root, _here.Root, "pull");
        Assert.Equal(3, server.ReadTransfers().Count);
    }

    [LongServerFact(ServerPrograms.PureFtpd)]
    public async Task A_folder_that_may_not_be_written_in_keeps_back_its_own_files_alone()
    {
        foreach (var path in new[] { "closed/c.txt", "open/a.txt", "open/z.txt" })
            File.SetLastWriteTimeUtc(_here.Write(path, path), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Directory.CreateDirectory(_served["closed"]);
        ServedPlace.OpenToAll(_served.Root);
        await using var server = await MirrorServer.StartAsync(ServerPrograms.PureFtpd, _served.Root);
        (await MirrorProcess.RunAsync(MirrorProcess.Push(server, _here.Root))).Is(8, "closed/c.txt");
        Assert.Equal(["open/a.txt", "open/z.txt"], MirroredTree.Names(_served.Root).Order(StringComparer.Ordinal));

        ServedPlace.OpenToAll(_served["closed"]);
        (await MirrorProcess.RunAsync(MirrorProcess.Push(server, _here.Root))).Is(0);
        MirroredTree.AssertEqual(_here.Root, _served.Root, "push");
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public async Task A_pull_goes_on_with_a_server_that_is_started_anew_in_the_middle()
    {
        var (files, _) = ShareSample.LayOut(_served.Root);
        await using var server = await VsftpdServer.StartAsync(_served.Root);
        var pull = CliRun.RunAsync([], CliRun.Program, ["mirror", "pull", server.Url.ToString(), _here.Root]);
        await RestartInTheMiddleAsync(server, pull, _here.Root, files);
        (await pull).Is(0);
        MirroredTree.AssertEqual(_served.Root, _here.Root, "pull");
    }

    [LongServerFact(ServerPrograms.Vsftpd)]
    public async Task A_push_goes_on_with_a_server_that_is_started_anew_in_the_middle()
    {
        var (files, _) = ShareSample.LayOut(_here.Root);
        await using var server = await VsftpdServer.StartAsync(_served.Root, new VsftpdOptions { Writable = true });
        var push = CliRun.RunAsync([], CliRun.Program, ["mirror", "push", _here.Root, server.Url.ToString()]);
        await RestartInTheMiddleAsync(server, push, _served.Root, files);
        (await push).Is(0);
        MirroredTree.AssertEqual(_here.Root, _served.Root, "push");
    }

    private static void Allow(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }

    private static async Task RestartInTheMiddleAsync(VsftpdServer server, Task<CliRun> run, string destination, int files)
    {
        while (!run.IsCompleted && MirroredTree.Names(destination).Count < files / 3)
            await Task.Delay(20);
        await server.RestartAsync(Away);
        Assert.False(run.IsCompleted, "It was at its end before the server was started anew.");
    }
}
