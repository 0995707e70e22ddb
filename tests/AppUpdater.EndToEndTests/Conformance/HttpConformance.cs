using AppUpdater.Tests.Transport;
using AppUpdater.Transport;

namespace AppUpdater.EndToEndTests.Conformance;

/// <summary>What every web server is asked beyond <see cref="SourceConformance"/>: that ranges of two files are never joined.</summary>
public abstract class HttpConformance(ConformanceServer server) : SourceConformance(server)
{
    [ConformanceFact]
    public async Task Ranges_of_a_file_that_was_replaced_are_not_joined()
    {
        var source = Open();
        var old = Place.Put("app.dll", ServedPlace.Bytes(100_000, seed: 1));
        File.SetLastWriteTimeUtc(Place["app.dll"], FileTime);
        Assert.Equal(old[..50_000], await source.ReadAllAsync("app.dll", 0, 50_000));
        Place.Put("app.dll", ServedPlace.Bytes(100_000, seed: 2));
        File.SetLastWriteTimeUtc(Place["app.dll"], FileTime.AddDays(1));
        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadAllAsync("app.dll", 50_000, 50_000));
    }

    [ConformanceFact]
    public async Task Ranges_of_a_file_that_grew_are_not_joined()
    {
        var source = Open();
        var content = ServedPlace.Bytes(100_000);
        Place.Put("app.dll", content[..80_000]);
        File.SetLastWriteTimeUtc(Place["app.dll"], FileTime);
        Assert.Equal(content[..50_000], await source.ReadAllAsync("app.dll", 0, 50_000));
        Place.Put("app.dll", content);
        File.SetLastWriteTimeUtc(Place["app.dll"], FileTime.AddDays(1));
        await Assert.ThrowsAsync<RemoteChangedException>(() => source.ReadAllAsync("app.dll", 50_000));
    }
}
