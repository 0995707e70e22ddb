using System.Buffers.Binary;
using System.Text;

namespace AppUpdater.Cli.Publishing;

/// <summary>
/// Tells .NET single-file bundles whose files are compressed, by the bundle's header (dotnet/runtime, HostWriter and Bundle.Manifest).
/// </summary>
internal static class BundleMarker
{
    private const int Searched = 32 * 1024 * 1024;

    // Half of it inverted, so that this assembly does not hold it itself.
    private static readonly byte[] Signature =
        [.. Convert.FromHexString("74edfd46959edfc78d846cfdeb285fcdec0a46191051cce711c4d231db4c9551").Select(b => (byte)~b)];

    internal static bool IsCompressed(string file, CancellationToken ct)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024);
        var start = new byte[(int)Math.Min(stream.Length, Searched)];
        if (start.Length < 64 || stream.ReadAtLeast(start.AsSpan(0, 4), 4, throwOnEndOfStream: false) < 4 || !IsProgram(start))
            return false;
        stream.ReadExactly(start.AsSpan(4));
        ct.ThrowIfCancellationRequested();
        var at = start.AsSpan().IndexOf(Signature);
        if (at < 8 || BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(at - 8)) is var header && (header <= 0 || header >= stream.Length))
            return false;
        stream.Position = header;
        return ReadHeader(stream);
    }

    private static bool IsProgram(byte[] start) =>
        start is [(byte)'M', (byte)'Z', ..] or [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] or [0xCF, 0xFA, 0xED, 0xFE, ..];

    private static bool ReadHeader(Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            var major = reader.ReadUInt32();
            reader.ReadUInt32();
            var count = reader.ReadInt32();
            reader.ReadString();

            // Compression came with version 6.
            if (major < 6 || count is < 0 or > 100_000)
                return false;
            stream.Position += 5 * sizeof(long); // deps.json and runtimeconfig.json, each offset and size; flags
            for (var i = 0; i < count; i++)
            {
                stream.Position += 2 * sizeof(long);
                if (reader.ReadInt64() > 0)
                    return true;
                reader.ReadByte();
                reader.ReadString();
            }

            return false;
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or ArgumentException)
        {
            return false; // something that only looks like one
        }
    }
}
