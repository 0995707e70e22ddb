using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>All bytes came or went, but the control connection is dead or silent: another one is asked.</summary>
public sealed class FtpConfirmationTests : IDisposable
{
    private const int Limit = 60_000;
    private const int Size = 300_000;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static TransportOptions Options(bool isSilent) => TransportTestOptions.Create(connections: 1) with
    {
        FinalReplyTimeout = TimeSpan.FromSeconds(isSilent ? 1 : 15),
    };

    private static void Lose(LoopbackFtpServer server, bool isSilent, string path)
    {
        if (isSilent)
            server.Faults.NoFinalReply(path);
        else
            server.Faults.CutAfter(path, Size);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_download_without_final_word_counts_where_size_and_time_are_what_they_were(bool isSilent, bool listOnly)
    {
        _temp.Write("file", new string('x', Size));
        await using var server = LoopbackFtpServer.Start(_temp.Root, new FtpServerOptions { ListOnly = listOnly });
        Lose(server, isSilent, "file");
        await using var source = new FtpSource(RemoteLocation.Parse($"{server.Url}"), Options(isSilent));
        await source.StatAsync(RelativePath.Parse("file"), default);
        Assert.Equal(Size, (await source.ReadAllAsync("file")).Length);
        Assert.Equal(2, server.Connections);
    }

    [Theory(Timeout = Limit)]
    [InlineData("larger")]
    [InlineData("later")]
    [InlineData("gone")]
    public async Task A_download_without_final_word_of_a_file_that_changed_does_not_count(string change)
    {
        var file = _temp.Write("file", new string('x', Size));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.CutAfter("file", Size);
        await using var source = new FtpSource(RemoteLocation.Parse($"{server.Url}"), Options(isSilent: false));
        await source.StatAsync(RelativePath.Parse("file"), default);
        await using var stream = await source.OpenReadAsync(RelativePath.Parse("file"), 0, null, default);
        await stream.CopyToAsync(Stream.Null);
        if (change == "larger")
            await File.AppendAllTextAsync(file, "x");
        else if (change == "later")
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-5));
        else
            File.Delete(file);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => stream.CompleteAsync(default));
        Assert.Contains("the file is another by now", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task A_download_that_lacks_bytes_is_not_confirmed_by_anything()
    {
        _temp.Write("file", new string('x', Size));
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.CutAfter("file", Size - 1);
        await using var source = new FtpSource(RemoteLocation.Parse($"{server.Url}"), Options(isSilent: false));
        await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file"));
        Assert.DoesNotContain("SIZE /file", server.Commands);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_without_final_word_counts_where_the_server_has_all_of_it(bool isSilent)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var content = new byte[Size];
        Random.Shared.NextBytes(content);
        Lose(server, isSilent, ".file.k1.uploading");
        await using var target = new FtpTarget(RemoteLocation.Parse($"{server.Url}"), Options(isSilent));
        await target.UploadAsync(TransportTestOptions.Upload("file", content), default);
        Assert.Equal(content, await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Single(server.Commands, line => line.StartsWith("STOR", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Commands, line => line.StartsWith("APPE", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_whose_answer_is_lost_counts_where_it_was_carried_out()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var lost = 0;
        server.Faults.OnCommand = line =>
        {
            if (!line.StartsWith("RNTO", StringComparison.Ordinal) || Interlocked.Exchange(ref lost, 1) != 0)
                return null;
            File.Move(_temp[".file.k1.uploading"], _temp["file"]);
            return FaultAction.Close();
        };
        await using var target = new FtpTarget(RemoteLocation.Parse($"{server.Url}"), Options(isSilent: false));
        await target.UploadAsync(TransportTestOptions.Upload("file", [1, 2, 3], modified: new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), default);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Single(server.Commands, line => line.StartsWith("STOR", StringComparison.Ordinal));
    }
}
