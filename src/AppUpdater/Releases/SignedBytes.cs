using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace AppUpdater.Releases;

/// <summary>
/// Where the signed part of a version.ini ends: before the one line that reads <c>[signature]</c>. Only those bytes ever reach the ini
/// parser, so that parser and signature can't see two different files.
/// </summary>
internal sealed partial record SignedBytes(int Length, ImmutableArray<SignatureLine> Signatures)
{
    internal const string Marker = "[signature]";
    private const int MostSignatures = 8;

    internal bool IsSigned => Signatures.Length > 0;

    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes[..Length];

    /// <exception cref="SettingsException">The line stands there twice, or what follows it is not <c>N = keyid, base64</c> line by line.</exception>
    internal static SignedBytes Split(ReadOnlySpan<byte> bytes, string origin)
    {
        var marker = "[signature]"u8;
        var found = -1;
        var after = 0;
        for (var start = 0; start < bytes.Length;)
        {
            var feed = bytes[start..].IndexOf((byte)'\n');
            var next = feed < 0 ? bytes.Length : start + feed + 1;
            if (bytes[start..next].TrimEnd("\r\n"u8).SequenceEqual(marker))
            {
                if (found >= 0)
                    throw new SettingsException($"{origin}: the line {Marker} stands there twice.");
                (found, after) = (start, next);
            }

            start = next;
        }

        if (found < 0)
            return new SignedBytes(bytes.Length, []);
        return new SignedBytes(found, ReadLines(bytes[after..], origin));
    }

    private static ImmutableArray<SignatureLine> ReadLines(ReadOnlySpan<byte> bytes, string origin)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        if (lines.Count is 0 or > MostSignatures)
            throw new SettingsException($"{origin}: {Marker} must be followed by 1 to {MostSignatures} lines.");
        return [.. lines.Select((line, i) => Parse(line) ?? throw new SettingsException(
            $"{origin}: line {i + 1} after {Marker} must read N = key id, signature in base64."))];
    }

    private static SignatureLine? Parse(string line)
    {
        var match = SignatureForm().Match(line);
        if (!match.Success)
            return null;
        var text = match.Groups["signature"].Value;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length > 0
            ? new SignatureLine(match.Groups["key"].Value, [.. bytes.AsSpan(0, length)])
            : null;
    }

    [GeneratedRegex(@"\A[1-8] = (?<key>[0-9a-f]{8,64}), (?<signature>[A-Za-z0-9+/]{4,512}={0,2})\z")]
    private static partial Regex SignatureForm();
}
