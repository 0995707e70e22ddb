using System.Globalization;
using AppUpdater.Settings;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Transport.Doctor;

/// <summary>From what was seen of an FTP server to what is told: what is wrong, what to do, and which lines of dato.ini fit. Pure.</summary>
internal static class FtpDiagnosis
{
    internal static DoctorReport Of(FtpObservations seen, DateTimeOffset now)
    {
        IEnumerable<DoctorFinding?> findings =
        [
            seen.Greeting is null ? null : new(DoctorMark.Note, "server", $"greets with {PathRules.Show(seen.Greeting)}."),
            seen.Tls is null ? null : FtpTlsDiagnosis.Of(seen.Tls, seen.Location, seen.Protection, now),
            OfLogin(seen),
            seen.Listing is null ? null : OfListing(seen.Listing),
            seen.Listing is null ? null : OfNames(seen.Listing),
            seen.Listing is null ? null : OfVersionFile(seen.Listing.HasVersionFile),
            seen.Passive is null ? null : OfPassive(seen.Passive),
            seen.Resume is null ? null : OfResume(seen.Resume),
            seen.KeepsOrder is { } kept ? OfOrder(kept) : null,
            seen.PreparesNext is { } prepares ? OfTransfers(prepares) : null,
            seen.Connections is null ? null : OfConnections(seen.Connections),
            seen is { Failure: null, Writing: null } ? OfTimes(seen) : null,
            .. seen.Failure is null ? WritingDiagnosis.Of(seen.Writing) : [],
            .. seen.Skipped.Select(skipped => new DoctorFinding(DoctorMark.Wrong, skipped.Step, $"could not be found out: {skipped.Reason}")),
        ];
        return new DoctorReport
        {
            Place = seen.Location.ToString(),
            Findings = [.. findings.OfType<DoctorFinding>()],
            Timings = seen.Timings,
            Settings = seen.Failure is null ? [.. DatoLines.Of(Facts(seen))] : [],
            Failure = seen.Failure,
            IsPartial = !seen.Skipped.IsEmpty,
        };
    }

    internal static DoctorFinding OfVersionFile(bool isThere) => isThere
        ? new(DoctorMark.Good, "version.ini", "is in this folder.")
        : new(DoctorMark.Wrong, "version.ini", "is not in this folder.", "Upload it here, after all files of the release; or correct the folder in the URL.");

    private static DoctorFinding OfLogin(FtpObservations seen) => seen switch
    {
        { Failure: UntrustedException, Tls.Problem: not null } =>
            new(DoctorMark.Wrong, "login", "not tried: the certificate is not accepted, so user and password were not sent."),
        { Failure: { } failure } => new(DoctorMark.Wrong, "login", failure.Message),
        _ => new(DoctorMark.Good, "login", $"as {PathRules.Show(seen.User)}."),
    };

    private static DoctorFinding OfListing(ListingSeen listing)
    {
        var entries = string.Create(CultureInfo.InvariantCulture, $"{listing.Entries} entries");
        if (listing.IsMlsd)
            return new(DoctorMark.Good, "listing", $"{entries}; sizes and times are exact (MLSD).");
        return listing.ZoneOffset is { } offset
            ? new(DoctorMark.Note, "listing", $"{entries}; times to the minute (LIST), by a clock at {Offset(offset)}, as measured.")
            : new(
                DoctorMark.Note, "listing", $"{entries}; times to the minute (LIST), by a clock whose zone could not be measured: they are read as UTC.",
                "If the server's clock is another, set [server] time_zone.");
    }

    private static DoctorFinding OfNames(ListingSeen listing) => listing.Names switch
    {
        FtpNamesSeen.Ascii => new(DoctorMark.Note, "names", "only plain letters in this folder: the encoding shows with the first other one."),
        FtpNamesSeen.Utf8 => new(DoctorMark.Good, "names", "in UTF-8."),
        FtpNamesSeen.Mixed => new(DoctorMark.Note, "names", "some in UTF-8, some not; all can be read."),
        _ => new(
            DoctorMark.Note, "names", "not in UTF-8; read as Windows-1252.", "Set [server] encoding = windows-1252, or have the server send UTF-8 (RFC 2640)."),
    };

    private static DoctorFinding OfPassive(PassiveSeen passive)
    {
        if (passive.OtherAddress is { } other)
        {
            return new(
                DoctorMark.Note, "passive mode", $"PASV names the address {other}, which is not the one that the server answers at.",
                "AppUpdater uses the port only. Other clients fail: set pasv_address (vsftpd), MasqueradeAddress (ProFTPD) or -P (Pure-FTPd).");
        }

        return passive switch
        {
            { Epsv: true, Pasv: true } => new(DoctorMark.Good, "passive mode", "EPSV and PASV."),
            { Epsv: true } => new(DoctorMark.Good, "passive mode", "EPSV only."),
            { Pasv: true } => new(DoctorMark.Good, "passive mode", "PASV only."),
            _ => new(DoctorMark.Wrong, "passive mode", "neither EPSV nor PASV.", "Switch passive mode on at the server; AppUpdater opens all data connections itself."),
        };
    }

    private static DoctorFinding OfResume(ResumeSeen resume) => resume.Expected == resume.Received
        ? new(DoctorMark.Good, "resume", "a download that was cut goes on at its byte (REST).")
        : new(
            DoctorMark.Wrong, "resume",
            string.Create(CultureInfo.InvariantCulture, $"REST is not honoured: {resume.Received} bytes came where {resume.Expected} were left."),
            "A cut download can't go on there. Allow REST at the server (AllowRetrieveRestart in ProFTPD).");

    private static DoctorFinding OfOrder(bool kept) => kept
        ? new(DoctorMark.Good, "order", "commands sent together are answered in order.")
        : new(DoctorMark.Wrong, "order", "commands sent together are answered out of order.", "Set [update] connections = 1, and report which server this is.");

    private static DoctorFinding OfTransfers(bool prepares) => prepares
        ? new(DoctorMark.Good, "transfers", "the next is prepared while one goes on, which saves a round trip for each file (EPSV behind RETR).")
        : new(DoctorMark.Note, "transfers", "the next is prepared only once one has ended: a round trip more for each file.");

    private static DoctorFinding OfConnections(ConnectionsSeen connections)
    {
        var open = string.Create(CultureInfo.InvariantCulture, $"{connections.Open} at once");
        return connections.Refusal is { } refusal
            ? new(DoctorMark.Note, "connections", $"{open}; one more was refused: {refusal}", $"Set [update] connections = {connections.Open}, or fewer where users share an address.")
            : new(DoctorMark.Good, "connections", $"{open}, as many as were tried.");
    }

    private static DoctorFinding? OfTimes(FtpObservations seen) => seen.Features is not { } features
        ? null
        : features.Contains("MFMT")
            ? new(DoctorMark.Good, "file times", "uploaded files can be given their own (MFMT).")
            : new(DoctorMark.Note, "file times", "the server tells of no MFMT: uploaded files may get the time of the upload. --write tries it.");

    private static DatoFacts Facts(FtpObservations seen)
    {
        var isBetter = seen.Protection is { Failure: null };
        var isGuest = seen is { User: "anonymous", HasPassword: false };
        return new DatoFacts(isBetter ? seen.Location with { Scheme = RemoteScheme.Ftps } : seen.Location, seen.Given)
        {
            User = isGuest ? null : seen.User,
            HasPassword = seen.HasPassword,
            Fingerprint = seen.Tls is { Problem: not null } tls ? tls.Fingerprint : seen.Given.Fingerprint,
            Tls = isBetter ? seen.Protection!.Highest : seen.Given.Tls,
            Encoding = seen.Listing is { Names: FtpNamesSeen.Other } ? NameEncoding.Windows1252 : seen.Given.Encoding,
            Connections = seen.Connections is { Refusal: not null } limit ? limit.Open : null,
        };
    }

    private static string Offset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
}
