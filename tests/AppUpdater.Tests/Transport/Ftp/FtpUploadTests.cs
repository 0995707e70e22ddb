using System.Diagnostics;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;
using static AppUpdater.Tests.Transport.Ftp.FtpUploadTesting;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpUploadTests : IDisposable
{
    private static readonly DateTimeOffset SomeTime = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task A_file_is_put_there_with_its_time_and_folders_under_its_name_alone(int length)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server);
        var (content, progress) = (Content(length), new CollectedProgress());
        await target.UploadAsync(TransportTestOptions.Upload("a/b ñ/file", content, modified: SomeTime, progress: progress), default);
        Assert.Equal(content, await File.ReadAllBytesAsync(_temp["a/b ñ/file"]));
        Assert.Equal(SomeTime.UtcDateTime, File.GetLastWriteTimeUtc(_temp["a/b ñ/file"]));
        Assert.Single(Directory.GetFiles(_temp["a/b ñ"]));
        Assert.Equal(length, progress.Sum);
    }

    [Theory(Timeout = Limit)]
    [InlineData(235, 'x')]
    [InlineData(120, 'ñ')]
    public async Task A_name_as_long_as_names_may_be_has_room_for_its_temporary_one(int length, char letter)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server);
        var name = new string(letter, length);
        await target.UploadAsync(TransportTestOptions.Upload(name, Content(10), key: new string('k', 32)), default);
        Assert.Equal([name], Directory.GetFiles(_temp.Root).Select(Path.GetFileName));
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_file_in_a_folder_costs_five_round_trips()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server);
        await target.UploadAsync(TransportTestOptions.Upload("a/one", Content(10), modified: SomeTime), default);
        var (before, commands) = (server.RoundTrips, server.Commands.Count);
        await target.UploadAsync(TransportTestOptions.Upload("a/two", Content(10), modified: SomeTime), default);
        Assert.Equal(
            [
                "SIZE /a/.two.k1.uploading", "EPSV", "STOR /a/.two.k1.uploading",
                "MFMT 20260304050607 /a/.two.k1.uploading", "SIZE /a/.two.k1.uploading",
                "RNFR /a/.two.k1.uploading", "RNTO /a/two",
            ],
            server.Commands.Skip(commands));
        Assert.Equal(5, server.RoundTrips - before);
    }

    [Fact(Timeout = Limit)]
    public async Task Where_a_name_that_is_taken_is_refused_it_is_freed_first()
    {
        _temp.Write("file", "old");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line =>
            line == "RNTO /file" && File.Exists(_temp["file"]) ? FaultAction.Answer("550 Cannot create a file when that file already exists.") : null;
        await using var target = Open(server);
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(1000)), default);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Equal(["file"], Directory.GetFiles(_temp.Root).Select(Path.GetFileName));
        Assert.DoesNotContain("DELE /file", server.Commands);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_rename_leaves_the_file_that_was_there(bool isBack)
    {
        _temp.Write("file", "old");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var from = "";
        server.Faults.OnCommand = line =>
        {
            if (line.StartsWith("RNFR ", StringComparison.Ordinal))
                from = line[5..];
            return line == "RNTO /file" && (!isBack || from == $"/{Temporary}") ? FaultAction.Answer("553 Not that name.") : null;
        };
        await using var target = Open(server);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.UploadAsync(TransportTestOptions.Upload("file", Content(10)), default));
        Assert.Contains("Not that name", failure.Message, StringComparison.Ordinal);
        Assert.Equal(!isBack, failure.Message.Contains(".file.replaced", StringComparison.Ordinal));
        Assert.Equal("old", await File.ReadAllTextAsync(_temp[isBack ? "file" : ".file.replaced"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_has_the_name_is_left_alone()
    {
        _temp.Write("file/inside", "old");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line => line == "RNTO /file" ? FaultAction.Answer("550 exists") : null;
        await using var target = Open(server);
        await Assert.ThrowsAsync<UnreachableException>(() => target.UploadAsync(TransportTestOptions.Upload("file", Content(10)), default));
        Assert.Equal("old", await File.ReadAllTextAsync(_temp["file/inside"]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_refused_for_good_leaves_what_was_sent_and_says_why()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line => line == "RNTO /file" ? FaultAction.Answer("553 Not that name.") : null;
        await using var target = Open(server, retries: 3);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.UploadAsync(TransportTestOptions.Upload("file", Content(10)), default));
        Assert.Contains("Not that name", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.True(File.Exists(_temp[Temporary]));
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_confirmed_file_of_another_size_is_removed_and_sent_once_more(int wrong, bool arrives)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line =>
            line == $"SIZE /{Temporary}" && File.Exists(_temp[Temporary]) && Interlocked.Decrement(ref wrong) >= 0 ? FaultAction.Answer("213 5") : null;
        await using var target = Open(server, retries: 5);
        var sending = target.UploadAsync(TransportTestOptions.Upload("file", Content(1000)), default);
        if (arrives)
            await sending;
        else
            Assert.Contains("has 5 bytes of 1,000", (await Assert.ThrowsAsync<UnreachableException>(() => sending)).Message, StringComparison.Ordinal);
        Assert.Equal(arrives, File.Exists(_temp["file"]));
        Assert.Equal(2, server.Commands.Count(line => line.StartsWith("STOR", StringComparison.Ordinal)));
        Assert.False(File.Exists(_temp[Temporary]));
    }

    [Theory]
    [InlineData("211-Features:\r\n SIZE\r\n211 End", "220 ready", null)]
    [InlineData("211-Features:\r\n SIZE\r\n MDTM\r\n211 End", "220 (vsFTPd 3.0.3)", "MDTM")]
    [InlineData("211-Features:\r\n SIZE\r\n MDTM\r\n211 End", "220 ProFTPD Server ready.", null)]
    [InlineData("211-Features:\r\n MFMT\r\n MLST size*;\r\n211 End", "220 Microsoft FTP Service", "MFMT")]
    [InlineData("500 what", "220 Microsoft FTP Service", "MDTM")]
    public async Task MDTM_with_a_time_is_for_those_known_to_take_it(string features, string greeting, string? expected)
    {
        Assert.Equal(expected, FtpFeatures.Parse(await ReplyAsync(features), await ReplyAsync(greeting)).TimeVerb);

        static async Task<FtpReply> ReplyAsync(string text) =>
            (await new FtpReplyReader(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text + "\r\n")), "h").ReadAsync(default))!;
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_that_can_not_be_set_is_no_failure(bool isKnown)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line => line == "FEAT" && !isKnown ? FaultAction.Answer("211-Features:\r\n SIZE\r\n211 End")
            : line.StartsWith("MFMT", StringComparison.Ordinal) ? FaultAction.Answer("550 Not the owner.")
            : null;
        await using var target = Open(server);
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(10), modified: SomeTime), default);
        Assert.Equal(Content(10), await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Equal(isKnown ? 1 : 0, server.Commands.Count(line => line.StartsWith("MFMT", StringComparison.Ordinal)));
        Assert.Equal([false], await target.SetModifiedAsync([new RemoteStamp(RelativePath.Parse("file"), SomeTime)], default));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_may_not_be_written_to_is_asked_once()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ReadOnly = true });
        await using var target = Open(server, retries: 3);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => target.UploadAsync(TransportTestOptions.Upload("file", Content(10)), default));
        Assert.Contains($"STOR /{Temporary}", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Commands, line => line.StartsWith("STOR", StringComparison.Ordinal));
        var folder = await Assert.ThrowsAsync<UnreachableException>(() => target.UploadAsync(TransportTestOptions.Upload("sub/file", Content(10)), default));
        Assert.Contains("MKD /sub", folder.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_somebody_removed_meanwhile_is_made_again()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server, retries: 1);
        await target.UploadAsync(TransportTestOptions.Upload("sub/one", Content(10)), default);
        Directory.Delete(_temp["sub"], recursive: true);
        await target.UploadAsync(TransportTestOptions.Upload("sub/two", Content(10)), default);
        Assert.Equal(Content(10), await File.ReadAllBytesAsync(_temp["sub/two"]));
    }

    [Theory(Timeout = Limit)]
    [InlineData(9)]
    [InlineData(11)]
    public async Task Content_that_is_not_as_long_as_it_was_said_to_be_never_gets_its_name(int length)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server);
        var upload = TransportTestOptions.Upload("file", Content(length)) with { Length = 10 };
        await Assert.ThrowsAsync<InstallException>(() => target.UploadAsync(upload, default));
        Assert.False(File.Exists(_temp["file"]));
    }

    [Fact(Timeout = Limit)]
    public async Task Uploads_keep_to_the_rate()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = new FtpTarget(
            RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create() with { Rate = new ByteRate(200_000, TimeProvider.System) });
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            target.UploadAsync(TransportTestOptions.Upload("one", Content(100_000)), default),
            target.UploadAsync(TransportTestOptions.Upload("two", Content(100_000)), default));
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(700), $"took {watch.Elapsed}");
    }
}
