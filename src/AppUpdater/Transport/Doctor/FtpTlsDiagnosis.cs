using AppUpdater.Settings;

namespace AppUpdater.Transport.Doctor;

/// <summary>What is told of an FTP server's TLS, which may be there and not used, or not work for data. Pure.</summary>
internal static class FtpTlsDiagnosis
{
    internal static DoctorFinding Of(TlsSeen tls, RemoteLocation location, ProtectionSeen? tried, DateTimeOffset now)
    {
        if (tls.Refusal is { } refusal)
        {
            return new(
                DoctorMark.Wrong, "TLS", $"not offered: {refusal}",
                "Password and files travel in the clear, for anyone on the way to read and change. Have explicit TLS switched on at the server "
                + "(ssl_enable=YES in vsftpd, TLSEngine on in ProFTPD, --tls 1 in Pure-FTPd).");
        }

        var shown = TlsDiagnosis.Of(tls, now);
        if (location.Scheme != RemoteScheme.Ftp)
            return shown;
        if (tried is null)
            return shown with { Mark = DoctorMark.Wrong, Advice = $"It is offered, and ftp:// does not use it: examine ftps://. {shown.Advice}".TrimEnd() };
        if (tried.Failure is { } failure)
        {
            return shown with
            {
                Mark = DoctorMark.Wrong,
                Advice = $"It is offered and does not work: {failure} Until that is mended at the server only ftp:// works, in the clear.",
            };
        }

        var version = tried.Highest == TlsVersion.Tls13 ? " with tls = 1.3" : "";
        var worked = $"Write ftps://{version}: a login, a listing and two transfers over it worked. With ftp:// password and files travel in the clear.";
        return tls.Problem is { } problem
            ? shown with
            {
                Mark = DoctorMark.Wrong,
                Advice = $"{worked} But {problem} The line below takes this very certificate: first compare its SHA-256 with that of whoever runs the server.",
            }
            : shown with { Mark = DoctorMark.Wrong, Advice = shown.Advice is { } expiry ? $"{worked} {expiry}" : worked };
    }
}
