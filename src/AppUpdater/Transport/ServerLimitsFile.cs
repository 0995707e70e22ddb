using System.Text.Json;
using System.Text.Json.Serialization;
using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Transport;

/// <summary>
/// servers.json in the updater's own folder. It only saves some refused logins: what can't be read counts as nothing, what can't be written
/// is lost, and an install without that folder gets none.
/// </summary>
internal sealed class ServerLimitsFile(string path, IDurableFiles files, ILogger log)
{
    private const int MaxBytes = 64 * 1024;
    private const int MostConnections = 64;
    private const int LongestName = 400;

    internal Dictionary<string, ServerLimit> Read()
    {
        try
        {
            if (files.Stat(path) is not { } facts)
                return [];
            if (facts is { Kind: FileKind.File, Length: <= MaxBytes })
                return Parse();
            log.LogWarning("{File} is no file of at most {Max} bytes; it is not read.", path, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            log.LogWarning("{File} can't be read ({Reason}); the servers' limits are found anew.", path, e.Message);
        }

        return [];
    }

    internal void Write(IReadOnlyDictionary<string, ServerLimit> limits)
    {
        try
        {
            if (files.Stat(Path.GetDirectoryName(path)!) is { Kind: FileKind.Directory })
                AtomicFile.Write(files, path, JsonSerializer.SerializeToUtf8Bytes(new StoredLimits(1, limits), ServersJson.Default.StoredLimits));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{File} can't be written ({Reason}); the next run finds the servers' limits anew.", path, e.Message);
        }
    }

    private Dictionary<string, ServerLimit> Parse()
    {
        using var stream = files.OpenRead(path);
        var stored = JsonSerializer.Deserialize(stream, ServersJson.Default.StoredLimits);
        if (stored is { Format: 1, Servers: { Count: <= ServerLimits.MostServers } servers }
            && servers.All(server => server.Key.Length <= LongestName && server.Value is { Connections: >= 1 and <= MostConnections }))
            return new Dictionary<string, ServerLimit>(servers);
        log.LogWarning("{File} is not what the updater writes there; it is not used.", path);
        return [];
    }
}

/// <summary>servers.json as it is stored: limits by server and hash of the user.</summary>
internal sealed record StoredLimits(int Format, IReadOnlyDictionary<string, ServerLimit>? Servers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 8)]
[JsonSerializable(typeof(StoredLimits))]
internal sealed partial class ServersJson : JsonSerializerContext;
