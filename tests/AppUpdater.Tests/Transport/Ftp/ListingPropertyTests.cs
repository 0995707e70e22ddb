using System.Diagnostics;
using System.Globalization;
using System.Text;
using AppUpdater.Transport.Ftp;
using FsCheck;
using FsCheck.Fluent;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>Whatever comes over a data connection: no parser throws, loops, or makes an entry that nobody listed.</summary>
public sealed class ListingPropertyTests
{
    private static readonly string[] Lines =
    [
        "-rw-r--r--    1 0        0            1116 Nov 21 04:00 LICENSE.TXT", "02-15-24  09:15AM       <DIR>          aspnet_client",
        "d [R----F--] supervisor            512       Jan 16 18:53    login", "type=file;size=1;modify=20240105123456; x",
        "-rwxr-xr-x    1 user group        9 Oct 08, 2002 09:47 x", "-r-xr-xr-x   2 root     other      2235 2.   Okt.  2003 x",
        "-rw-------      1  99999999 0              3 Apr   4 24:00 x", "12-31-9999  11:59PM               9,730 x", "31-12-9999  24:00 1 x",
        "lrwxrwxrwx   1 root     other          7 Jan 25 00:17 bin -> usr/bin", "-rw-r--r--   1 root     other        531 09-26 13:45 x",
        "-r-xr-xr-x   2 root     other      2235 24-04-9999 24:00 x", "06/04/2018  17:26    <JUNCTION>     a [b]", "type=OS.unix=slink:/foo; x",
    ];

    // Half of the bytes are those that the parsers look for.
    private static readonly Gen<byte> AnyByte = Gen.OneOf(Gen.Choose(0, 255).Select(value => (byte)value), Gen.Elements(" :;=-/.,<>\r\n019AaMmdl"u8.ToArray()));

    private static readonly Gen<byte[]> Mutated =
        from line in Gen.Elements(Lines)
        from changes in Gen.Zip(Gen.Choose(0, 1000), AnyByte).ListOf(4)
        from cut in Gen.Choose(0, 120)
        select Mutate(Encoding.Latin1.GetBytes(line), changes, cut);

    private static readonly Gen<byte[]> Listings = Gen.OneOf(AnyByte.ArrayOf(), Mutated, Mutated.ArrayOf().Select(lines => string.Join('\n', lines.Select(Encoding.Latin1.GetString))).Select(Encoding.Latin1.GetBytes));

    [Fact]
    public void No_listing_makes_a_parser_throw_and_every_line_is_an_entry_or_told() =>
        Prop.ForAll(Gen.Zip(Listings, ArbMap.Default.GeneratorFor<bool>()).ToArbitrary(), listing =>
        {
            var entries = FtpListing.Parse(listing.Item1, listing.Item2, ListingSamples.Now, out var problem);
            Assert.All(entries, entry => Assert.NotEmpty(entry.Name));
            Assert.All(entries, entry => Assert.True(entry.Size is null or >= 0));
            var zone = new FtpListZone(TimeZoneInfo.Utc);
            Assert.All(entries, entry => _ = entry.Time is { } time ? zone.ToUtc(time) : default);
            var lines = listing.Item1.Count(value => value == '\n') + 1;
            Assert.True(entries.Count <= lines);
            if (problem is null && !listing.Item2)
                Assert.True(entries.Count > 0 || Encoding.Latin1.GetString(listing.Item1).Split('\n').All(IsNoise));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void What_MLSD_writes_is_read() =>
        Prop.ForAll(
            Files(int.MaxValue),
            file =>
            {
                var (name, size, age) = file;
                var time = DateTimeOffset.FromUnixTimeSeconds(age).UtcDateTime;
                var line = string.Create(CultureInfo.InvariantCulture, $"type=file;size={size};modify={time:yyyyMMddHHmmss}; {name}");
                var entry = ListingSamples.ParseOne(line, isMlsd: true);
                Assert.Equal((name, (long?)size, time), (entry.Name, entry.Size, entry.Time!.Value.Value));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_ls_and_dir_write_is_read() =>
        Prop.ForAll(
            Files(180 * 24 * 60),
            file =>
            {
                var (name, size, age) = file;
                var time = ListingSamples.Now.AddMinutes(-age).DateTime;
                string[] lines =
                [
                    string.Create(CultureInfo.InvariantCulture, $"-rw-r--r--    1 1000     1000     {size,12} {time:MMM dd HH:mm} {name}"),
                    string.Create(CultureInfo.InvariantCulture, $"-rw-r--r--    1 ftp      {size} {time:MMM dd HH:mm} {name}"),
                    string.Create(CultureInfo.InvariantCulture, $"-rw-r--r-- 1 jan mar {size} {time:yyyy-MM-dd HH:mm} {name}"),
                    string.Create(CultureInfo.InvariantCulture, $"{time:MM-dd-yy  hh:mmtt} {size,20} {name}"),
                    string.Create(CultureInfo.InvariantCulture, $"{time:MM-dd-yyyy  HH:mm} {size,20:N0} {name}"),
                ];
                foreach (var line in lines)
                {
                    var entry = ListingSamples.ParseOne(line, isMlsd: false);
                    Assert.Equal((line, name, (long?)size, time), (line, entry.Name, entry.Size, entry.Time!.Value.Value));
                }
            }).QuickCheckThrowOnFailure();

    [Fact(Timeout = 60_000)]
    public Task Long_lines_and_many_take_a_time_in_proportion() => Task.Run(() =>
    {
        byte[][] hostile =
        [
            [.. Enumerable.Repeat((byte)' ', 8_000_000)], [.. Enumerable.Repeat((byte)'1', 8_000_000)],
            Repeat("1 ", 4_000_000), Repeat("-rw 1 1 1 jan 1 ", 500_000), Repeat("type=file;", 800_000), Repeat("a=b;", 2_000_000), Repeat("1-", 4_000_000),
            Repeat("-rw-r--r-- 1 u g 1 Jan  1 10:00 x\n", 200_000), Repeat("\n", 8_000_000), Repeat(" -> ", 2_000_000),
            [.. "lrwxrwxrwx 1 u g 1 Jan  1 10:00 "u8, .. Repeat(" -> ", 2_000_000)],
        ];
        foreach (var listing in hostile)
        {
            foreach (var isMlsd in new[] { true, false })
            {
                var started = Stopwatch.GetTimestamp();
                FtpListing.Parse(listing, isMlsd, ListingSamples.Now, out _);

                // Measured: at most 0.3 s; what is not linear takes minutes.
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), Encoding.Latin1.GetString(listing[..16]));
            }
        }
    });

    /// <summary>A name (which may look like a date, but does not begin with the padding that LIST has), a size in bytes and an age.</summary>
    private static Arbitrary<(string Name, int Size, int Age)> Files(int oldest) =>
        (from letters in Gen.Elements("abc012 :-.,;=ñ日é[]>".Select(letter => letter.ToString()).ToArray()).ArrayOf(12)
         from size in Gen.Choose(0, int.MaxValue)
         from age in Gen.Choose(1, oldest)
         select ("n" + string.Concat(letters) + "n", size, age)).ToArbitrary();

    private static bool IsNoise(string line) => string.IsNullOrWhiteSpace(line) || line.StartsWith("total ", StringComparison.OrdinalIgnoreCase);

    private static byte[] Repeat(string text, int times) => Encoding.Latin1.GetBytes(new StringBuilder(text.Length * times).Insert(0, text, times).ToString());

    private static byte[] Mutate(byte[] line, IEnumerable<(int At, byte Value)> changes, int cut)
    {
        foreach (var (at, value) in changes)
            line[at % line.Length] = value;
        return line[..Math.Min(line.Length, Math.Max(cut, 1))];
    }
}
