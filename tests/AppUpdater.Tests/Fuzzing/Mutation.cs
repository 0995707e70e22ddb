using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace AppUpdater.Tests.Fuzzing;

internal enum MutationKind { Flip, Set, Insert, Delete, Double, Repeat, Cut, Number, Word, Splice }

/// <summary>One change to a file. <see cref="At"/> and <see cref="Length"/> are of a million parts of its length, <see cref="Pick"/> chooses among what fits.</summary>
internal sealed record Mutation(MutationKind Kind, int At, int Length, int Pick)
{
    private const int Parts = 1_000_000;
    private const int MostBytes = 256 * 1024;

    private static readonly string[] Numbers =
        ["-1", "0", "1", "127", "255", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "1e9", "1e999", "0.5", "00", ""];

    private static readonly string[] Words =
    [
        "[signature]\n", "[version]\n", "[files]\n", "[keys]\n", "\0", "\r", "\n", "\uFEFF", "=", ";", "#", ",", "->", "%PATH%", "..", "../", "/", "\\", ":", "con", "a/a/a",
        "\u0301", "\uD83D\uDE00", "null", "true", "{", "}", "[", "]", "\"", "{}", "[]", "\"path\":", "\"\\uD800\"", " ", "\t", "-", "releases/", "sha256 ",
    ];

    internal static Gen<Mutation[]> Several(int most) =>
        Gen.Choose(1, most).SelectMany(count => Gen.ArrayOf(One(), count));

    /// <summary>The bytes with this change; other files of the kind to take parts of are <paramref name="others"/>.</summary>
    internal byte[] Apply(byte[] bytes, IReadOnlyList<byte[]> others)
    {
        var at = (int)((long)At * bytes.Length / Parts);
        var end = Math.Min(bytes.Length, at + 1 + (int)((long)Length * Length / Parts * bytes.Length / Parts));
        var part = bytes.AsSpan(at, end - at).ToArray();
        var result = Kind switch
        {
            MutationKind.Flip when at < bytes.Length => Join(bytes[..at], [(byte)(bytes[at] ^ (1 << (Pick % 8)))], bytes[(at + 1)..]),
            MutationKind.Set when at < bytes.Length => Join(bytes[..at], [(byte)Pick], bytes[(at + 1)..]),
            MutationKind.Insert => Join(bytes[..at], Noise(), bytes[at..]),
            MutationKind.Delete => Join(bytes[..at], bytes[end..]),
            MutationKind.Double => Join(bytes[..end], part, bytes[end..]),
            MutationKind.Repeat => Join(bytes[..at], Repeated(part), bytes[at..]),
            MutationKind.Cut => bytes[..at],
            MutationKind.Number => ReplaceNumber(bytes, at),
            MutationKind.Word => Join(bytes[..at], Encoding.UTF8.GetBytes(Words[Pick % Words.Length]), bytes[at..]),
            MutationKind.Splice => Join(bytes[..at], others[Pick % others.Count] is var other ? other[(int)((long)Length * other.Length / Parts)..] : []),
            _ => bytes,
        };
        return result.Length <= MostBytes ? result : result[..MostBytes];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {At} {Length} {Pick}");

    private static Gen<Mutation> One() =>
        from kind in Gen.Elements(Enum.GetValues<MutationKind>())
        from at in Gen.Choose(0, Parts)
        from length in Gen.Choose(0, Parts)
        from pick in Gen.Choose(0, 65_535)
        select new Mutation(kind, at, length, pick);

    private byte[] Noise()
    {
        var bytes = new byte[1 + (Pick % 64)];
        new Random(Pick).NextBytes(bytes);
        return bytes;
    }

    private byte[] Repeated(byte[] part) =>
        [.. Enumerable.Repeat(part, Math.Min(1 + (Pick % 5_000), 1 + (MostBytes / Math.Max(1, part.Length)))).SelectMany(one => one)];

    private byte[] ReplaceNumber(byte[] bytes, int at)
    {
        var start = Array.FindIndex(bytes, at, one => one is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
            return bytes;
        var end = Array.FindIndex(bytes, start, one => one is < (byte)'0' or > (byte)'9');
        return Join(bytes[..start], Encoding.ASCII.GetBytes(Numbers[Pick % Numbers.Length]), bytes[(end < 0 ? bytes.Length : end)..]);
    }

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
