using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Http;

namespace AppUpdater.Tests.Transport.Http;

internal static class HttpTesting
{
    internal const string Then = "Sat, 01 Nov 2025 10:00:00 GMT";
    internal const string Later = "Sat, 01 Nov 2025 12:00:00 GMT";
    internal const string LaterStill = "Sat, 01 Nov 2025 11:00:00 GMT";

    internal static RelativePath SomeFile { get; } = RelativePath.Parse("file.bin");

    internal static HttpSource Open(string url, ServerSettings? server = null, CollectedLog? log = null, int retries = 0, int patience = 15, int connections = 4) =>
        new(RemoteLocation.Parse(url), TransportTestOptions.Create(
            log, connections, retries, server ?? new ServerSettings { Url = url, Proxy = ProxySettings.None }, patience));

    internal static async Task<int> ReadSomeAsync(this IRemoteSource source, int count, long offset = 0)
    {
        await using var stream = await source.OpenReadAsync(SomeFile, offset, length: null, default);
        return await stream.ReadAtLeastAsync(new byte[count], count);
    }

    internal static async Task<string> ReadTextAsync(this IRemoteSource source, long offset = 0, long? length = null) =>
        System.Text.Encoding.Latin1.GetString(await source.ReadAllAsync("file.bin", offset, length));
}
