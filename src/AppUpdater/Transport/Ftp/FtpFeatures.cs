namespace AppUpdater.Transport.Ftp;

/// <summary>What FEAT told (RFC 2389). Absence proves nothing but for MLSD: vsftpd leaves UTF8 out and has it.</summary>
internal sealed record FtpFeatures(bool Mlst, bool MlstNeedsOptions)
{
    private static readonly string[] Wanted = ["type", "size", "modify"];

    internal static FtpFeatures None { get; } = new(Mlst: false, MlstNeedsOptions: false);

    /// <summary>
    /// The command that sets a file's time: MFMT, or MDTM with a time where the server is known to take that; null elsewhere. ProFTPD,
    /// Pure-FTPd and pyftpdlib read such an MDTM as a file name.
    /// </summary>
    internal string? TimeVerb { get; init; }

    internal static FtpFeatures Parse(FtpReply reply, FtpReply? greeting = null)
    {
        var features = reply.IsSuccess ? Listing(reply) : None;
        var hasMfmt = reply.IsSuccess && reply.Lines.Any(line => Feature(line).Equals("MFMT", StringComparison.OrdinalIgnoreCase));
        return features with { TimeVerb = hasMfmt ? "MFMT" : greeting is not null && SetsTimeByMdtm(greeting) ? "MDTM" : null };
    }

    // Nothing but its name tells such a server: vsftpd (mdtm_write) and IIS have "MDTM" in FEAT as all others do.
    private static bool SetsTimeByMdtm(FtpReply greeting) => greeting.Lines.Any(line =>
        line.Contains("vsFTPd", StringComparison.OrdinalIgnoreCase) || line.Contains("Microsoft FTP Service", StringComparison.OrdinalIgnoreCase));

    // Some servers write no space before a feature, some "211-" (lftp and FluentFTP meet both).
    private static string Feature(string line) => line.StartsWith("211-", StringComparison.Ordinal) ? line[4..].Trim() : line.Trim();

    private static FtpFeatures Listing(FtpReply reply)
    {
        foreach (var line in reply.Lines)
        {
            var feature = Feature(line);
            if (!feature.StartsWith("MLST", StringComparison.OrdinalIgnoreCase) && !feature.Equals("MLSD", StringComparison.OrdinalIgnoreCase))
                continue;

            // A star marks the facts that are sent unasked (RFC 3659 7.8).
            var facts = feature[4..].Trim().Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var off = Wanted.Any(fact => facts.Contains(fact, StringComparer.OrdinalIgnoreCase));
            return new FtpFeatures(Mlst: true, MlstNeedsOptions: off);
        }

        return None;
    }
}
