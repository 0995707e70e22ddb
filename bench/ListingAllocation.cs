using System.Diagnostics;
using System.Globalization;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Bench;

/// <summary>What it costs to parse a listing of 10,000 entries in each of the three forms, names read and folders told apart.</summary>
internal static class ListingAllocation
{
    private const int Entries = 10_000;
    private const int Rounds = 15;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    internal static Task RunAsync(CancellationToken ct)
    {
        Console.WriteLine($"listing, {Entries:N0} entries parsed");
        Measure("MLSD", isMlsd: true, i => $"type=file;size={i * 977};modify=2026112104{i % 60:00}10;perm=adfrw;UNIX.mode=0644; {Name(i)}", ct);
        Measure("Unix", isMlsd: false, i => $"-rw-r--r--    1 1000     1000     {i * 977,12} Nov 21 04:{i % 60:00} {Name(i)}", ct);
        Measure("DOS", isMlsd: false, i => $"11-21-26  04:{i % 60:00}AM {i * 977,20} {Name(i)}", ct);
        return Task.CompletedTask;
    }

    private static void Measure(string form, bool isMlsd, Func<int, FormattableString> line, CancellationToken ct)
    {
        var listing = Encoding.UTF8.GetBytes(string.Join("\r\n", Enumerable.Range(0, Entries).Select(i => line(i).ToString(CultureInfo.InvariantCulture))));
        var times = new List<double>();
        var bytes = 0L;
        for (var round = -Rounds; round < Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            var entries = FtpListing.Parse(listing, isMlsd, Now, out var problem);
            new FtpNames(NameEncoding.Auto, "bench").Read("/", entries);
            var took = Stopwatch.GetElapsedTime(started);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (entries.Count != Entries || problem is not null)
                throw new InvalidOperationException($"{entries.Count} entries of {form} were understood, and not \"{problem}\".");

            // The first rounds warm the compiler and do not count.
            if (round >= 0)
                times.Add(took.TotalNanoseconds / Entries);
        }

        var own = Enumerable.Range(0, Entries).Average(i => StringBytes(Name(i)));
        Console.WriteLine(
            $"  {form,-5} {times.Order().ElementAt(Rounds / 2),6:F0} ns and {(double)bytes / Entries,4:F0} bytes allocated per entry, {own:F0} of them the name's string");
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"Some.Library.Part{i:00000}.dll");

    // 22 bytes and two for each character, in steps of eight.
    private static long StringBytes(string text) => (22 + (2 * text.Length) + 7) / 8 * 8;
}
