using System.Collections.Concurrent;

namespace AppUpdater.EndToEndTests.Attacks;

/// <summary>Whatever is wrong with a published file: it is refused, or what goes in is exactly what the publisher signed.</summary>
public sealed class TamperedFilesTests
{
    private const int Positions = 2_000;
    private const int Lanes = 4;

    [Fact(Timeout = 600_000)]
    public Task One_bit_flipped_in_any_byte_of_any_published_file_installs_no_other_byte() => TryAllAsync(
        server => Spread(server, Positions).Select(at => (at.File, Change: Flip(at.Position))), leastRefused: Positions / 2);

    [Fact(Timeout = 300_000)]
    public Task A_file_cut_off_anywhere_installs_no_other_byte() => TryAllAsync(
        server => Spread(server, 600).Where((at, i) => !IsPack(at.File) || i % 25 == 0)
            .Select(at => (at.File, Change: (Func<byte[], byte[]>)(bytes => bytes[..at.Position]))), leastRefused: 100);

    [Fact(Timeout = 120_000)]
    public Task A_file_in_the_place_of_any_other_installs_no_other_byte() => TryAllAsync(
        server => server.Published.SelectMany(file => server.Published.Where(other => other != file).Select(other => (file, Other: File.ReadAllBytes(other))))
            .Select(pair => (pair.file, (Func<byte[], byte[]>)(_ => pair.Other))),
        leastRefused: 10);

    /// <summary>Tries all on several servers of the same publisher side by side; each has its share.</summary>
    private static async Task TryAllAsync(Func<TamperedServer, IEnumerable<(string File, Func<byte[], byte[]> Change)>> attacks, int leastRefused)
    {
        var problems = new ConcurrentBag<string>();
        var (tried, installed) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(async () =>
        {
            using var server = new TamperedServer();
            Assert.Null(await server.TryAsync(server.Published[0], bytes => bytes));
            Assert.Equal(1, server.Installed);
            foreach (var (file, change) in attacks(server).Where((_, at) => at % Lanes == lane))
            {
                Interlocked.Increment(ref tried);
                if (await server.TryAsync(file, change) is { } problem)
                    problems.Add($"{Path.GetRelativePath(server.Served, file)}: {problem}");
            }

            Interlocked.Add(ref installed, server.Installed - 1);
        })));

        Assert.Empty(problems.Take(5));
        Assert.InRange(tried - installed, leastRefused, tried);
    }

    /// <summary>So many positions over all files: every byte of the small ones in turn, and what is left spread evenly over the packs.</summary>
    private static IEnumerable<(string File, int Position)> Spread(TamperedServer server, int count)
    {
        var all = server.Published.SelectMany(file => Enumerable.Range(0, (int)new FileInfo(file).Length).Select(position => (file, position))).ToArray();
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }

    // A pack that ends early is asked for again and again, with pauses: that takes its time.
    private static bool IsPack(string file) => file.EndsWith(".pack", StringComparison.Ordinal);

    private static Func<byte[], byte[]> Flip(int position) => bytes =>
    {
        var other = bytes.ToArray();
        other[position] ^= (byte)(1 << (position * 5 % 8));
        return other;
    };
}
