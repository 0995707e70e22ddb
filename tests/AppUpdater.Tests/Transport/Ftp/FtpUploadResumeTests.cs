using AppUpdater.Testing;
using static AppUpdater.Tests.Transport.Ftp.FtpUploadTesting;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What is already there of a file: of this run, of an earlier one, or of another content.</summary>
public sealed class FtpUploadResumeTests : IDisposable
{
    private static readonly DateTimeOffset SomeTime = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(FtpCut.Connection)]
    [InlineData(FtpCut.Transfer)]
    public async Task A_cut_upload_goes_on_at_the_byte(FtpCut cut)
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.CutAfter(Temporary, 100_000, cut: cut);
        var content = Content(5_000_000);
        await using var target = Open(server, retries: 3);
        var offsets = new List<long>();
        var upload = TransportTestOptions.Upload("file", content, modified: SomeTime);
        await target.UploadAsync(
            upload with
            {
                OpenAsync = (offset, ct) =>
                {
                    offsets.Add(offset);
                    return upload.OpenAsync(offset, ct);
                },
            },
            default);
        Assert.Equal([0, 100_000], offsets);
        Assert.Equal(content, await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Contains($"APPE /{Temporary}", server.Commands);
    }

    [Theory(Timeout = Limit)]
    [InlineData(1000, 1000, false)]
    [InlineData(999, 999, true)]
    [InlineData(1, 1, true)]
    [InlineData(1001, 0, false)]
    public async Task What_an_earlier_run_left_is_built_upon_up_to_the_length_and_not_beyond(int there, int kept, bool appends)
    {
        var content = Content(1000);
        await File.WriteAllBytesAsync(_temp[Temporary], [.. content.Take(there), .. new byte[Math.Max(0, there - 1000)]]);
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server);
        var progress = new CollectedProgress();
        await target.UploadAsync(TransportTestOptions.Upload("file", content, progress: progress), default);
        Assert.Equal(content, await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Equal(1000 - kept, progress.Sum);
        Assert.Equal(appends, server.Commands.Contains($"APPE /{Temporary}"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_server_is_still_writing_is_waited_for()
    {
        await File.WriteAllBytesAsync(_temp[Temporary], Content(1000)[..300]);
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        var looks = 0;
        server.Faults.OnCommand = line =>
        {
            if (line == $"SIZE /{Temporary}" && ++looks <= 3)
                File.WriteAllBytes(_temp[Temporary], Content(1000)[..(300 + (100 * looks))]);
            return null;
        };
        await using var target = Open(server);
        var progress = new CollectedProgress();
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(1000), progress: progress), default);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Equal(400, progress.Sum);
    }

    [Fact(Timeout = Limit)]
    public async Task What_another_content_left_is_never_built_upon()
    {
        await File.WriteAllBytesAsync(_temp[".file.other.uploading"], new byte[500]);
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        await using var target = Open(server);
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(1000)), default);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(_temp["file"]));
    }

    [Theory(Timeout = Limit)]
    [InlineData("502 Command not implemented.")]
    [InlineData("550 Permission denied.")]
    public async Task Where_nothing_may_be_appended_the_file_is_sent_anew(string refusal)
    {
        await File.WriteAllBytesAsync(_temp[Temporary], Content(1000)[..400]);
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line => line.StartsWith("APPE", StringComparison.Ordinal) ? FaultAction.Answer(refusal) : null;
        await using var target = Open(server);
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(1000)), default);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Contains($"DELE /{Temporary}", server.Commands);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_without_SIZE_is_compared_by_its_listing()
    {
        await File.WriteAllBytesAsync(_temp[Temporary], Content(1000)[..400]);
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line => line.StartsWith("SIZE", StringComparison.Ordinal) ? FaultAction.Answer("502 what") : null;
        await using var target = Open(server);
        await target.UploadAsync(TransportTestOptions.Upload("file", Content(1000)), default);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(_temp["file"]));
        Assert.Contains($"APPE /{Temporary}", server.Commands);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_upload_leaves_what_the_next_one_goes_on_with()
    {
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        using var stop = new CancellationTokenSource();
        var content = Content(1_000_000);
        await using (var target = Open(server, retries: 3))
        {
            var upload = TransportTestOptions.Upload("file", content) with { Progress = new CancelAfter(500_000, stop) };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.UploadAsync(upload, stop.Token));
        }

        Assert.False(File.Exists(_temp["file"]));
        await using var again = Open(server);
        await again.UploadAsync(TransportTestOptions.Upload("file", content), default);
        Assert.Equal(content, await File.ReadAllBytesAsync(_temp["file"]));
    }

    private sealed class CancelAfter(long bytes, CancellationTokenSource stop) : IProgress<int>
    {
        private long _sum;

        public void Report(int value)
        {
            _sum += value;
            if (_sum >= bytes)
                stop.Cancel();
        }
    }
}
