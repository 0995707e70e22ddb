using System.Globalization;

namespace AppUpdater.Transport.Doctor;

/// <summary>What is told of a certificate. Pure.</summary>
internal static class TlsDiagnosis
{
    // Let's Encrypt's clients renew 30 days before the end: where it is this near, that has failed for two weeks.
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(14);

    internal static DoctorFinding Of(TlsSeen tls, DateTimeOffset now)
    {
        var what = $"{tls.Version}; certificate for {Names(tls)}, by {PathRules.Show(tls.Issuer)}, {Backing(tls)}, "
            + $"until {tls.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, SHA-256 {tls.Fingerprint}.";
        if (tls.Problem is { } problem)
            return new(DoctorMark.Wrong, "TLS", what, $"Not accepted: {problem} To take this very certificate, first compare its SHA-256 with that of "
                + $"whoever runs the server; then add --fingerprint {tls.Fingerprint} here.");
        var left = tls.Expires - now;
        return left < SoonExpired
            ? new(DoctorMark.Wrong, "TLS", what, string.Create(
                CultureInfo.InvariantCulture, $"It expires in {Math.Max(0, (int)left.TotalDays)} days: have it renewed, or updates will stop."))
            : new(DoctorMark.Good, "TLS", what);
    }

    private static string Names(TlsSeen tls) =>
        tls.Names.IsEmpty ? "no name that can be read" : string.Join(", ", tls.Names.Select(name => PathRules.Show(name).Trim('"')));

    private static string Backing(TlsSeen tls) => tls switch
    {
        { Problem: not null } => "not accepted",
        { Backing: TlsBacking.Fingerprint } => "the one of fingerprint",
        { Backing: TlsBacking.CaFile } => "vouched for by ca_file",
        _ => "known to this system",
    };
}
