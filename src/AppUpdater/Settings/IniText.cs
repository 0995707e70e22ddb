using System.Text;

namespace AppUpdater.Settings;

/// <summary>How an ini file's bytes are read: the most there may be of them, and what happens where they are not UTF-8.</summary>
internal sealed record IniRules(string Origin, int MaxBytes, bool MayBeAnsi)
{
    /// <summary>dato.ini: up to 256 KiB; Windows-1252 passes with a warning, because editors on Windows still save it.</summary>
    internal static IniRules Dato => new("dato.ini", 256 * 1024, MayBeAnsi: true);

    /// <summary>version.ini: up to 64 KiB, always UTF-8.</summary>
    internal static IniRules Version(string origin) => new(origin, 64 * 1024, MayBeAnsi: false);
}

/// <summary>An ini file's text, without a byte order mark. <see cref="Warning"/>: what was odd about its encoding.</summary>
internal sealed record IniText(string Text, string? Warning)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="SettingsException">Too long, empty, or not in an encoding that the rules allow.</exception>
    internal static IniText Decode(ReadOnlySpan<byte> bytes, IniRules rules)
    {
        if (bytes.Length > rules.MaxBytes)
            throw new SettingsException($"{rules.Origin}: longer than {rules.MaxBytes / 1024} KiB, the most it may be.");
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        var text = Decode(bytes, rules, out var warning);
        if (string.IsNullOrWhiteSpace(text))
            throw new SettingsException($"{rules.Origin}: the file is empty. Fill it in; its .sample shows every key.");
        return new IniText(text, warning);
    }

    private static string Decode(ReadOnlySpan<byte> bytes, IniRules rules, out string? warning)
    {
        warning = null;
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException) when (rules.MayBeAnsi)
        {
            warning = $"{rules.Origin}: not UTF-8; read as Windows-1252. Save it as UTF-8.";
            return CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new SettingsException($"{rules.Origin}: not UTF-8. Save it as UTF-8, with or without a byte order mark.");
        }
    }
}
