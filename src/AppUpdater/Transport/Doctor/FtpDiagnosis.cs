using System.Globalization;

namespace AppUpdater.Transport.Doctor;

/// <summary>From what was seen to what is told: what is wrong, what to do, and which lines of dato.ini fit. Pure.</summary>
internal static class FtpDiagnosis
{
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(30);

    internal static DoctorReport Of(FtpObservations seen, DateTimeOffset now)
    {
        IEnumerable<DoctorFinding?> findings =
        [
            OfLogin(seen),
            seen.Tls is null ? null : OfTls(seen.Tls, seen.Location, now),
            seen.Listing is null ? null : OfListing(seen.Listing, seen.Features),
            seen.Listing is null ? null : OfNames(seen.Listing),
            seen.Listing is null ? null : OfVersionFile(seen.Listing.HasVersionFile),
            seen.Passive is null ? null : OfPassive(seen.Passive),
            seen.Resume is null ? null : OfResume(seen.Resume),
            seen.KeepsOrder is { } kept ? OfOrder(kept) : null,
            seen.Connections is null ? null : OfConnections(seen.Connections),
            seen.Failure is null ? OfTimes(seen) : null,
            seen.Failure is null ? OfWriting(seen.Writing) : null,
            .. seen.Skipped.Select(skipped => new DoctorFinding(DoctorMark.Wrong, skipped.Probe, skipped.Reason)),
        ];
        return new DoctorReport
        {
            Place = seen.Location.ToString(),
            Findings = [.. findings.OfType<DoctorFinding>()],
            Timings = seen.Timings,
            Settings = seen.Failure is null ? [.. Settings(seen)] : [],
            Failure = seen.Failure,
            IsPartial = !seen.Skipped.IsEmpty,
        };
    }

    internal static DoctorFinding OfVersionFile(bool isThere) => isThere
        ? new(DoctorMark.Good, "version.ini", "is in this folder.")
        : new(DoctorMark.Wrong, "version.ini", "is not in this folder.", "Upload it here, after all files of the release; or correct the folder in the URL.");

    internal static DoctorFinding OfWriting(WriteAccessSeen writing) => writing switch
    {
        WriteAccessSeen.CanNotWrite => new(DoctorMark.Good, "write access", "none, as it should be for an account in dato.ini."),
        WriteAccessSeen.CanWrite => new(
            DoctorMark.Wrong, "write access", "this account can write.",
            "Whoever has the app has its dato.ini, and could replace the app of everybody. Use an account that can only read, and this one for publishing only."),
        WriteAccessSeen.LeftBehind => new(
            DoctorMark.Wrong, "write access", "this account can make folders and not remove them.",
            "Remove the folder .appupdater-doctor-… there, and use an account that can only read."),
        _ => new(DoctorMark.Note, "write access", "not tried.", "--write tries to make a folder and removes it."),
    };

    private static DoctorFinding OfLogin(FtpObservations seen) => seen.Failure is { } failure
        ? new(DoctorMark.Wrong, "connection", failure.Message)
        : new(DoctorMark.Good, "login", $"as {PathRules.Show(seen.User)}.");

    private static DoctorFinding OfTls(TlsSeen tls, RemoteLocation location, DateTimeOffset now)
    {
        if (tls.Refusal is { } refusal)
        {
            return new(
                DoctorMark.Wrong, "TLS", $"not offered: {refusal}",
                "Password and files travel in the clear. Have whoever runs the server switch explicit TLS on (ssl_enable=YES in vsftpd, TLSEngine on in ProFTPD, -Y 1 in Pure-FTPd).");
        }

        var what = $"{tls.Version}, certificate {PathRules.Show(tls.Subject)} by {PathRules.Show(tls.Issuer)}, "
            + $"until {tls.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, fingerprint {tls.Fingerprint}.";
        if (tls.Problem is { } problem)
            return new(DoctorMark.Wrong, "TLS", what, $"Not accepted as it is: {problem}");
        if (tls.Expires - now < SoonExpired)
            return new(DoctorMark.Wrong, "TLS", what, "It expires soon: renew it.");
        return location.Scheme == RemoteScheme.Ftp
            ? new(DoctorMark.Note, "TLS", what, "It is offered and not used: write ftps:// in [server] url.")
            : new(DoctorMark.Good, "TLS", what);
    }

    private static DoctorFinding OfListing(ListingSeen listing, IReadOnlySet<string>? features)
    {
        var entries = string.Create(CultureInfo.InvariantCulture, $"{listing.Entries} entries");
        if (listing.IsMlsd)
            return new(DoctorMark.Good, "listing", $"MLSD, times in UTC, {entries}.");
        var zone = listing.ZoneOffset is { } offset ? $"read as at {Offset(offset)}" : "of which none shows the zone";
        return new(
            DoctorMark.Note, "listing", $"LIST, times to the minute, {zone}, {entries}.",
            features is null ? null : "Times of files are coarse and by the server's clock; a server with MLSD tells them in UTC.");
    }

    private static DoctorFinding OfNames(ListingSeen listing) => listing switch
    {
        { IsAscii: true } => new(DoctorMark.Note, "names", "ASCII only in this folder: their encoding shows with the first other one."),
        { IsUtf8: true } => new(DoctorMark.Good, "names", "in UTF-8."),
        _ => new(
            DoctorMark.Note, "names", "not in UTF-8; read as Windows-1252.",
            "Set [server] encoding = windows-1252, or have the server send UTF-8 (RFC 2640)."),
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
        ? new(DoctorMark.Good, "resume", "REST works: a cut download goes on at its byte.")
        : new(
            DoctorMark.Wrong, "resume",
            string.Create(CultureInfo.InvariantCulture, $"REST is not honoured: {resume.Received} bytes came where {resume.Expected} were left."),
            "A cut download can't go on there. Allow REST at the server (AllowRetrieveRestart in ProFTPD).");

    private static DoctorFinding OfOrder(bool kept) => kept
        ? new(DoctorMark.Good, "order", "commands sent together are answered in order.")
        : new(DoctorMark.Wrong, "order", "commands sent together are answered out of order.", "Set [update] connections = 1, and tell us which server this is.");

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
            ? new(DoctorMark.Good, "file times", "MFMT: a publisher's uploads keep their times.")
            : new(DoctorMark.Note, "file times", "no MFMT: uploaded files get the time of the upload.");

    private static IEnumerable<string> Settings(FtpObservations seen)
    {
        var isTlsUsable = seen.Tls is { Refusal: null };
        var location = seen.Location.Scheme == RemoteScheme.Ftp && isTlsUsable ? seen.Location with { Scheme = RemoteScheme.Ftps } : seen.Location;
        yield return "[server]";

        // A percent sign is written %25 in a URL, and each %% in dato.ini.
        yield return $"url = {location.ToString().Replace("%", "%%25", StringComparison.Ordinal)}";
        if (seen.User != "anonymous")
        {
            yield return $"user = {seen.User.Replace("%", "%%", StringComparison.Ordinal)}";
            yield return "password = %APPUPDATER_PASSWORD%";
        }

        if (seen.Tls is { Refusal: null, Problem: not null } tls)
            yield return $"fingerprint = {tls.Fingerprint}";
        if (seen.Listing is { IsAscii: false, IsUtf8: false })
            yield return "encoding = windows-1252";
        if (seen.Connections is { Refusal: not null } connections)
        {
            yield return "[update]";
            yield return string.Create(CultureInfo.InvariantCulture, $"connections = {connections.Open}");
        }
    }

    private static string Offset(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
}
