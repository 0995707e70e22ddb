namespace AppUpdater.Transport.Ftp;

/// <summary>What FEAT told (RFC 2389). Absence proves nothing but for MLSD: vsftpd leaves UTF8 out and has it.</summary>
internal sealed record FtpFeatures(bool Mlst, bool MlstNeedsOptions)
{
    private static readonly string[] Wanted = ["type", "size", "modify"];

    internal static FtpFeatures None { get; } = new(Mlst: false, MlstNeedsOptions: false);

    internal static FtpFeatures Parse(FtpReply reply)
    {
        if (!reply.IsSuccess)
            return None;
        foreach (var line in reply.Lines)
        {
            // Some servers write no space before a feature, some "211-" (lftp and FluentFTP meet both).
            var feature = line.StartsWith("211-", StringComparison.Ordinal) ? line[4..].Trim() : line.Trim();
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
