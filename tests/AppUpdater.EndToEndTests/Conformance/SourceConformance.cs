using System.Security.Cryptography;
using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every source does, whatever the server: reading.</summary>
public abstract partial class SourceConformance(ConformanceServer server) : IAsyncLifetime
{
    private const int Large = 8 * 1024 * 1024;

    private readonly List<IAsyncDisposable> _opened = [];

    internal ServedPlace Place { get; } = server.NewPlace();

    protected ConformanceServer Server { get; } = server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var opened in _opened)
            await opened.DisposeAsync();
    }

    [ConformanceFact]
    public async Task A_file_is_read_whole()
    {
        var content = Place.Put("app.dll", ServedPlace.Bytes(300_000));
        Assert.Equal(content, await Open().ReadAllAsync("app.dll"));
    }

    [ConformanceFact]
    public async Task A_file_of_no_bytes_is_read()
    {
        Place.Put("empty", []);
        Assert.Empty(await Open().ReadAllAsync("empty"));
    }

    [ConformanceFact]
    public async Task A_file_is_read_from_an_offset_on()
    {
        var content = Place.Put("app.dll", ServedPlace.Bytes(300_000));
        var source = Open(connections: 1);
        Assert.Equal(content[123_456..], await source.ReadAllAsync("app.dll", 123_456));
        Assert.Equal(content[299_999..], await source.ReadAllAsync("app.dll", 299_999));
        Assert.Equal(content, await source.ReadAllAsync("app.dll"));
    }

    [ConformanceFact]
    public async Task From_the_very_end_there_is_nothing_to_read()
    {
        var content = Place.Put("app.dll", ServedPlace.Bytes(1000));
        var source = Open(connections: 1);
        Assert.Empty(await source.ReadAllAsync("app.dll", 1000));
        Assert.Equal(content, await source.ReadAllAsync("app.dll"));
    }

    [ConformanceFact]
    public async Task A_range_is_read_and_not_a_byte_more()
    {
        var content = Place.Put("app.dll", ServedPlace.Bytes(Large));
        var source = Open(connections: 1);
        Assert.Equal(content[..10], await source.ReadAllAsync("app.dll", 0, 10));
        Assert.Equal(content[1_000_000..1_070_000], await source.ReadAllAsync("app.dll", 1_000_000, 70_000));
        Assert.Equal(content[^10..], await source.ReadAllAsync("app.dll", Large - 10, 10));
        Assert.Equal(content, await source.ReadAllAsync("app.dll", 0, Large));
    }

    [ConformanceFact]
    public async Task A_range_of_no_bytes_is_empty()
    {
        var content = Place.Put("app.dll", ServedPlace.Bytes(1000));
        var source = Open(connections: 1);
        Assert.Empty(await source.ReadAllAsync("app.dll", 0, 0));
        Assert.Empty(await source.ReadAllAsync("app.dll", 500, 0));
        Assert.Equal(content, await source.ReadAllAsync("app.dll"));
    }

    [ConformanceFact]
    public async Task After_twenty_early_stops_one_connection_still_answers_in_order()
    {
        var large = Place.Put("large", ServedPlace.Bytes(Large));
        var source = Open(connections: 1);
        for (var i = 0; i < 20; i++)
        {
            var small = Place.Put($"small{i}", ServedPlace.Bytes(1000 + i, seed: i));
            Assert.Equal(large[(i * 1000)..(i * 1000 + 500)], await source.ReadAllAsync("large", i * 1000, 500));
            Assert.Equal(small, await source.ReadAllAsync($"small{i}"));
        }
    }

    [ConformanceFact]
    public async Task Twenty_reads_given_up_in_the_middle_free_their_connection()
    {
        var large = Place.Put("large", ServedPlace.Bytes(Large));
        var small = Place.Put("small", "small");
        var source = Open(connections: 1);
        for (var i = 0; i < 20; i++)
        {
            await using (var stream = await OpenReadAsync(source, "large"))
            {
                var start = new byte[10_000];
                await stream.ReadExactlyAsync(start);
                Assert.Equal(large[..10_000], start);
            }

            Assert.Equal(small, await source.ReadAllAsync("small"));
        }
    }

    [ConformanceFact]
    public async Task Eight_readers_at_once_get_their_own_bytes()
    {
        var hashes = Enumerable.Range(0, 200).Select(i => SHA256.HashData(Place.Put($"f{i}", ServedPlace.Bytes(1 + i * 700, seed: i)))).ToArray();
        var source = Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async reader =>
        {
            for (var i = reader; i < hashes.Length; i += 8)
                Assert.Equal(hashes[i], SHA256.HashData(await source.ReadAllAsync($"f{i}")));
        }));
    }

    [ConformanceFact]
    public async Task Two_files_open_at_once_are_read_by_turns()
    {
        var first = Place.Put("first", ServedPlace.Bytes(1_000_000, seed: 1));
        var second = Place.Put("second", ServedPlace.Bytes(1_000_000, seed: 2));
        var source = Open(connections: 2);
        await using var one = await OpenReadAsync(source, "first");
        await using var two = await OpenReadAsync(source, "second");
        var (got, other) = (new byte[first.Length], new byte[second.Length]);
        for (var at = 0; at < first.Length; at += 100_000)
        {
            await one.ReadExactlyAsync(got.AsMemory(at, 100_000));
            await two.ReadExactlyAsync(other.AsMemory(at, 100_000));
        }

        Assert.Equal(0, await one.ReadAsync(new byte[1]));
        Assert.Equal(0, await two.ReadAsync(new byte[1]));
        await one.CompleteAsync(CancellationToken.None);
        await two.CompleteAsync(CancellationToken.None);
        Assert.Equal(first, got);
        Assert.Equal(second, other);
    }

    [ConformanceFact]
    public async Task Files_about_the_size_of_buffers_are_whole()
    {
        var source = Open();
        foreach (var size in new[] { 1, 4095, 4096, 16_384, 32_768, 65_535, 65_536, 65_537, 81_920, 131_072, 1_048_576, 1_048_577 })
        {
            var content = Place.Put($"f{size}", ServedPlace.Bytes(size, seed: size));
            Assert.Equal(content, await source.ReadAllAsync($"f{size}"));
        }
    }

    [ConformanceFact]
    public async Task A_missing_file_is_missing()
    {
        var content = Place.Put("there", "there");
        var source = Open(connections: 1);
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("not there"));
        await Assert.ThrowsAsync<MissingException>(() => source.ReadAllAsync("no folder/not there"));
        Assert.Equal(content, await source.ReadAllAsync("there"));
    }

    [ConformanceFact]
    public async Task A_cancelled_read_leaves_the_source_fit_for_others()
    {
        Place.Put("large", ServedPlace.Bytes(Large));
        var small = Place.Put("small", "small");
        var source = Open(connections: 1);
        using var stop = new CancellationTokenSource();
        await using (var stream = await OpenReadAsync(source, "large", stop.Token))
        {
            await stream.ReadExactlyAsync(new byte[1000]);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.CopyToAsync(Stream.Null, stop.Token));
        }

        Assert.Equal(small, await source.ReadAllAsync("small"));
    }

    [ConformanceFact]
    public async Task A_small_file_is_read_up_to_its_cap_and_not_beyond()
    {
        var content = Place.Put("version.ini", ServedPlace.Bytes(2000));
        Place.Put("large", ServedPlace.Bytes(Large));
        var source = Open(connections: 1);
        Task<byte[]> ReadAsync(string path, int cap) => source.ReadSmallFileAsync(
            RelativePath.Parse(path), cap, message => new UntrustedException(message), CancellationToken.None);
        Assert.Equal(content, await ReadAsync("version.ini", 2000));
        await Assert.ThrowsAsync<UntrustedException>(() => ReadAsync("version.ini", 1999));
        await Assert.ThrowsAsync<UntrustedException>(() => ReadAsync("large", 64 * 1024));
        Assert.Equal(content, await ReadAsync("version.ini", 2000));
    }

    internal IRemoteSource Open(int connections = 8) => Kept(Server.OpenSource(Place.Name, connections));

    internal static Task<RemoteReadStream> OpenReadAsync(IRemoteSource source, string path, CancellationToken ct = default) =>
        source.OpenReadAsync(RelativePath.Parse(path), 0, length: null, ct);

    internal static RelativePath[] Paths(params IEnumerable<string> paths) => [.. paths.Select(RelativePath.Parse)];

    internal T Kept<T>(T opened)
        where T : IAsyncDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
