using System.Buffers.Binary;

namespace AppUpdater.EndToEndTests.LargeFiles;

/// <summary>
/// Five gigabytes of zeros with a mark at some places, before and behind 4 GiB, that is its own offset: bytes from the wrong place are seen
/// without any hash.
/// </summary>
internal static class SparseContent
{
    internal const long Length = 5L << 30;
    internal const long FourGiB = 4L << 30;

    private const int MarkLength = sizeof(long);

    private static readonly long[] Marks = [1 << 20, 1L << 30, 3L << 30, FourGiB - 4, FourGiB + 4096, (9L << 29) + 77, Length - MarkLength];

    /// <summary>Lays it out without using the space.</summary>
    internal static void Write(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.SetLength(Length);
        var mark = new byte[MarkLength];
        foreach (var at in Marks)
        {
            BinaryPrimitives.WriteInt64LittleEndian(mark, at);
            file.Position = at;
            file.Write(mark);
        }
    }

    /// <summary>The bytes from an offset on.</summary>
    internal static void Fill(long offset, Span<byte> bytes)
    {
        bytes.Clear();
        Span<byte> mark = stackalloc byte[MarkLength];
        foreach (var at in Marks)
        {
            BinaryPrimitives.WriteInt64LittleEndian(mark, at);
            var (from, to) = (Math.Max(at, offset), Math.Min(at + MarkLength, offset + bytes.Length));
            if (from < to)
                mark[(int)(from - at)..(int)(to - at)].CopyTo(bytes[(int)(from - offset)..]);
        }
    }

    /// <summary>Reads a stream that stands at an offset up to its end or up to <paramref name="until"/>, and looks at every byte.</summary>
    /// <returns>The offset reached.</returns>
    internal static async Task<long> CheckAsync(Stream stream, long offset, long until)
    {
        var (got, expected) = (new byte[1 << 20], new byte[1 << 20]);
        while (offset < until)
        {
            var read = await stream.ReadAsync(got.AsMemory(0, (int)Math.Min(got.Length, until - offset)));
            if (read == 0)
                break;
            Fill(offset, expected.AsSpan(0, read));
            if (!got.AsSpan(0, read).SequenceEqual(expected.AsSpan(0, read)))
                Assert.Fail($"The {read} bytes from {offset} are not those of the file.");
            offset += read;
        }

        return offset;
    }
}
