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
        var folder = server.PathOf(null);
        var entries = await FtpFolder.ListAsync(session, folder, ct).ConfigureAwait(false);
        var files = entries.Where(entry => entry.Kind == RemoteEntryKind.File).ToList();
        var readable = files.Where(file => file.Size >= 2 && RelativePath.TryParse(file.Name, out _, out _)).MinBy(file => file.Size);
        if (readable is not null)
            bench.Sample = (server.PathOf(RelativePath.Parse(readable.Name)), readable.Size!.Value);
        var wall = files.Find(file => file.Time is { IsUtc: false } time && time.Precision == FtpTimes.Minute)?.Time;
        return seen with
        {
            Listing = new ListingSeen(
                server.Features is { Mlst: true },
                entries.Count(entry => !entry.IsSelfOrParent),
                files.Exists(file => file.Name == "version.ini"),
                entries.TrueForAll(entry => Ascii.IsValid(entry.Name)),
                server.Names.IsUtf8,
                wall is { } time ? time.Value - server.Zone.ToUtc(time).Utc.UtcDateTime : null),
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
        var session = await bench.SessionAsync(ct).ConfigureAwait(false);
        var stream = await session.OpenReadAsync(sample.Path, sample.Size - expected, null, ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[64 * 1024];
            long received = 0;
            int read;
            while (received <= expected && (read = await stream.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
                received += read;
            if (received == expected)
                await stream.CompleteAsync(ct).ConfigureAwait(false);
            return seen with { Resume = new ResumeSeen(expected, received) };
        }
    }
}
