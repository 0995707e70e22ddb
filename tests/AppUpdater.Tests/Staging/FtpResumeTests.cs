using System.IO.Abstractions;
using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Staging;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Tests.Staging;

/// <summary>Files resumed from FTP servers that take REST and heed it not, or lie about sizes.</summary>
public sealed class FtpResumeTests : IDisposable
{
    private const int Limit = 60_000;
    private const int Size = 600_000;

    private static readonly RelativePath App = RelativePath.Parse("app.exe");

    private readonly TempFolder _served = new();
    private readonly TempFolder _install = new();
    private readonly byte[] _content = new byte[Size];

    public FtpResumeTests()
    {
        new Random(7).NextBytes(_content);
        File.WriteAllBytes(_served["app.exe"], _content);
    }

    public void Dispose()
    {
        _served.Dispose();
        _install.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_whole_file_sent_for_its_end_does_not_pass_for_it(bool isListed)
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        server.Faults.IgnoreRest = true;
        await using var source = Open(server);
        if (isListed)
            await source.ListAllAsync();
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("app.exe", offset: 3));
        Assert.Contains("600,000 bytes for RETR /app.exe from byte 3, of a file of 600,000 bytes: it may ignore REST", failure.Message, StringComparison.Ordinal);
        Assert.Equal(_content, await source.ReadAllAsync("app.exe"));
    }

    // vsftpd announces the whole size, ProFTPD what is left, Pure-FTPd none: {0} is what is left, {1} the whole.
    [Theory(Timeout = Limit)]
    [InlineData("150 Opening BINARY mode data connection for file.bin ({1} bytes).", 0)]
    [InlineData("150 Opening BINARY mode data connection for file.bin ({0} bytes)", 1)]
    [InlineData("150 Accepted data connection", 1)]
    public async Task What_honest_servers_announce_of_a_part_is_understood(string first, int questions)
    {
        byte[] part = [4, 5, 6];
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal))
                return "213 6";
            if (line.StartsWith("MDTM", StringComparison.Ordinal))
                return "213 20260101000000";
            if (line.StartsWith("REST", StringComparison.Ordinal))
                return "350 at it";
            if (!line.StartsWith("RETR", StringComparison.Ordinal))
                return null;
            await connection.SayAsync(first.Replace("{0}", "3", StringComparison.Ordinal).Replace("{1}", "6", StringComparison.Ordinal));
            await connection.SendDataAsync(part);
            return "226 done";
        }));
        await using var source = new FtpSource(RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}"), TransportTestOptions.Create(connections: 1));
        Assert.Equal(part, await source.ReadAllAsync("file.bin", offset: 3));
        Assert.Equal(part, await source.ReadAllAsync("file.bin", offset: 3));
        Assert.Equal(questions, server.Heard.Count(line => line.StartsWith("SIZE", StringComparison.Ordinal)));
        Assert.Equal(1, server.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_download_begins_anew_once_where_REST_is_ignored(int cuts)
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        server.Faults.IgnoreRest = true;
        server.Faults.CutAfter("app.exe", 200_000, times: cuts, cut: FtpCut.Transfer);
        await using var source = Open(server);

        var staged = await FetchAsync(source, Size);

        Assert.Equal(ContentHash.Of(_content), Assert.Single(staged.Files).Hash);
        Assert.Equal(_content, await File.ReadAllBytesAsync(staged.Files[0].FullPath));
        Assert.InRange(server.Commands.Count(line => line.StartsWith("RETR", StringComparison.Ordinal)), 3, 3 + cuts);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_never_sends_it_whole_and_ignores_REST_is_given_up()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        server.Faults.IgnoreRest = true;
        server.Faults.CutAfter("app.exe", 400_000, times: int.MaxValue, cut: FtpCut.Transfer);
        await using var source = Open(server);

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => FetchAsync(source, Size));

        Assert.Contains("426", failure.Message, StringComparison.Ordinal);
        Assert.InRange(server.Commands.Count(line => line.StartsWith("RETR", StringComparison.Ordinal)), 3, 10);
    }

    [Fact(Timeout = Limit)]
    public async Task A_size_told_too_large_ends_after_a_few_tries_with_what_came_and_what_was_announced()
    {
        await using var server = LoopbackFtpServer.Start(_served.Root);
        server.Faults.WrongSize("app.exe", Size + 100);
        await using var source = Open(server);

        var failure = await Assert.ThrowsAsync<UnreachableException>(() => FetchAsync(source, Size + 100));

        Assert.Contains("having announced 600,100 bytes", failure.Message, StringComparison.Ordinal);
        Assert.InRange(server.Commands.Count(line => line.StartsWith("RETR", StringComparison.Ordinal)), 2, 10);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_longer_than_it_was_listed_leaves_nothing_that_may_count_as_whole()
    {
        var source = new ScriptedSource();
        source.Put("app.exe", _content[..12_000]);
        var plan = Plan(10_000);
        for (var round = 0; round < 2; round++)
            await Assert.ThrowsAsync<ReleaseChangedException>(() => FetchAsync(source, plan));
        Assert.Equal([0L, 0L], source.Opened.Select(open => open.Offset));
    }

    private static FtpSource Open(LoopbackFtpServer server) =>
        new(RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create(connections: 1));

    private Task<StagedFiles> FetchAsync(FtpSource source, long size) => FetchAsync(source, Plan(size));

    private Task<StagedFiles> FetchAsync(IRemoteSource source, UpdatePlan plan) => DownloadScene.FetchAsync(
        new DownloadEngine(
            source, new InstallLayout(_install.Root), new FileSystem(), DurableFiles.ForThisSystem(),
            new StagingOptions { Connections = 1, RetryDelay = TimeSpan.FromMilliseconds(1), BreaksPerFile = 5 }, TimeProvider.System, NullLogger.Instance),
        plan, new ProgressMeter(null, TimeProvider.System));

    private static UpdatePlan Plan(long size) => Plans.Of("2.0.0", [], new FileToFetch(new ReleaseFile(App, App, size, null), App, null, null));
}
