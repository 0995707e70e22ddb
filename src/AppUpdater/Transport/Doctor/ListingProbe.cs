using System.Text;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>MLSD or LIST of the folder: style, encoding, the zone of its times, version.ini, and a file for others to read.</summary>
internal sealed class ListingProbe : IFtpProbe
{
    public string Name => "listing";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        var server = bench.Server;
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var entries = await FtpFolder.ListAsync(session, server.PathOf(null), ct).ConfigureAwait(false);
        var files = entries.Where(entry => entry.Kind == RemoteEntryKind.File).ToList();
        var readable = files.Where(file => file.Size >= 2 && RelativePath.TryParse(file.Name, out _, out _)).MinBy(file => file.Size);
        if (readable is not null)
            bench.Sample = (server.PathOf(RelativePath.Parse(readable.Name)), readable.Size!.Value);
        var wall = files.Find(file => file.Time is { IsUtc: false } time && time.Precision == FtpTimes.Minute)?.Time;
        return seen with
        {
            Listing = new ListingSeen(
                server.Features is { Mlst: true }, entries.Count(entry => !entry.IsSelfOrParent), files.Exists(file => file.Name == "version.ini"))
            {
                Names = entries.TrueForAll(entry => Ascii.IsValid(entry.Name)) ? FtpNamesSeen.Ascii : server.Names.Seen,
                ZoneOffset = wall is { } time && server.Zone.IsKnown ? time.Value - server.Zone.ToUtc(time).Utc.UtcDateTime : null,
            },
        };
    }
}

/// <summary>Reads the second half of a file: REST is taken by every server, and honoured only at RETR.</summary>
internal sealed class ResumeProbe : IFtpProbe
{
    /// <summary>A larger file is read no further; it is known by then whether its start came.</summary>
    private const long MostBytes = 4 * 1024 * 1024;

    public string Name => "resume";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        if (bench.Sample is not { } sample)
            return seen;
        var expected = Math.Min(sample.Size / 2, MostBytes);
        var received = await bench.ReadAsync(sample.Path, sample.Size - expected, expected, ct).ConfigureAwait(false);
        return seen with { Resume = new ResumeSeen(expected, received) };
    }
}

/// <summary>
/// Reads a small file a few times. The second time asks for something else meanwhile (<see cref="FtpProbe"/>), and the third goes by what
/// that showed.
/// </summary>
internal sealed class TransferProbe : IFtpProbe
{
    private const long MostBytes = 1024 * 1024;
    private const int Times = 4;

    public string Name => "transfers";

    public async Task<FtpObservations> LookAsync(FtpBench bench, FtpObservations seen, CancellationToken ct)
    {
        if (bench.Sample is not { Size: <= MostBytes } sample)
            return seen;

        // REST may stick to a session that has sent it, and then nothing is asked meanwhile.
        bench.Leave();
        for (var i = 0; i < Times; i++)
            await bench.ReadAsync(sample.Path, 0, sample.Size, ct).ConfigureAwait(false);
        return seen with { PreparesNext = bench.Server.Order.IsKept };
    }
}
