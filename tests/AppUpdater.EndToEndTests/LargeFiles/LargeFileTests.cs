using System.Globalization;
using AppUpdater.EndToEndTests.Conformance;
using AppUpdater.EndToEndTests.RealServers;
using AppUpdater.Settings;
using AppUpdater.Tests;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;
using Xunit.Abstractions;

namespace AppUpdater.EndToEndTests.LargeFiles;

/// <summary>Alone: they keep the processor and the disk busy for a while.</summary>
[CollectionDefinition(nameof(LargeFilesAlone), DisableParallelization = true)]
public static class LargeFilesAlone;

/// <summary>Files beyond 4 GiB, both ways, cut there and gone on with. Sizes and offsets do not fit 32 bits any more.</summary>
[Collection(nameof(LargeFilesAlone))]
[Trait("Category", "Long")]
public sealed class LargeFileTests(ITestOutputHelper output) : IDisposable
{
    private const long Cut = SparseContent.FourGiB + (200 << 20) + 12_345;

    private static readonly RelativePath Name = RelativePath.Parse("large.bin");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LargeFileFact(ServerPrograms.Vsftpd)]
    public async Task Five_gigabytes_come_from_vsftpd_cut_beyond_four_and_gone_on_with()
    {
        SparseContent.Write(_folder["large.bin"]);
        await using var server = await VsftpdServer.StartAsync(_folder.Root);
        await DownloadAsync("vsftpd", server.Url.ToString());
    }

    [LargeFileFact(ServerPrograms.Nginx)]
    public async Task Five_gigabytes_come_from_nginx_cut_beyond_four_and_gone_on_with()
    {
        SparseContent.Write(_folder["large.bin"]);
        await using var server = await NginxServer.StartAsync(_folder.Root, authority: null);
        await DownloadAsync("nginx", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}"));
    }

    [LargeFileFact(ServerPrograms.Vsftpd)]
    public async Task Five_gigabytes_go_to_vsftpd_cut_beyond_four_and_gone_on_with()
    {
        await using var server = await VsftpdServer.StartAsync(_folder.Root, new VsftpdOptions { Writable = true });
        var (location, options) = Of(server.Url.ToString());
        await using var target = RemoteSources.OpenTarget(location, options);
        var openedAt = new List<long>();
        RemoteUpload Upload(long cutAfter) => new()
        {
            Path = Name,
            Length = SparseContent.Length,
            Key = "five",
            OpenAsync = (offset, _) =>
            {
                openedAt.Add(offset);
                return Task.FromResult<Stream>(new CutStream(new SparseStream(offset), cutAfter - offset));
            },
        };

        var start = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAsync<CutException>(() => target.UploadAsync(Upload(Cut), CancellationToken.None));
        await target.UploadAsync(Upload(long.MaxValue), CancellationToken.None);
        Report("up to vsftpd", start);

        Assert.Equal(2, openedAt.Count);
        Assert.Equal(0, openedAt[0]);
        Assert.InRange(openedAt[1], SparseContent.FourGiB, Cut);
        var file = new FileStream(_folder["large.bin"], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await using (file)
        {
            Assert.Equal(SparseContent.Length, file.Length);
            Assert.Equal(SparseContent.Length, await SparseContent.CheckAsync(file, 0, SparseContent.Length));
        }
    }

    private async Task DownloadAsync(string server, string url)
    {
        var (location, options) = Of(url);
        await using var source = RemoteSources.Open(location, options);
        var start = TimeProvider.System.GetTimestamp();
        long reached;
        await using (var stream = await source.OpenReadAsync(Name, 0, length: null, CancellationToken.None))
            reached = await SparseContent.CheckAsync(stream, 0, Cut);
        Assert.Equal(Cut, reached);

        await using (var stream = await source.OpenReadAsync(Name, reached, length: null, CancellationToken.None))
        {
            Assert.Equal(SparseContent.Length, await SparseContent.CheckAsync(stream, reached, long.MaxValue));
            await stream.CompleteAsync(CancellationToken.None);
        }

        Report($"down from {server}", start);
        Assert.Equal(SparseContent.Length, (await source.StatAsync(Name, CancellationToken.None))?.Size);

        // Across the border, without what comes before.
        const long Before = SparseContent.FourGiB - 100;
        var expected = new byte[10_000];
        SparseContent.Fill(Before, expected);
        Assert.Equal(expected, await source.ReadAllAsync(Name.Value, Before, expected.Length));
    }

    private static (RemoteLocation Location, TransportOptions Options) Of(string url) =>
        (RemoteLocation.Parse(url), TransportTestOptions.Create(connections: 1, server: new ServerSettings { Url = url }));

    private void Report(string what, long start)
    {
        var took = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"figure: 5 GiB {what}, cut beyond 4 GiB and gone on with: {took.TotalSeconds:F1} s, {SparseContent.Length / took.TotalSeconds / 1e6:F0} MB/s"));
    }
}
