using AppUpdater.Core.Hashing;

namespace AppUpdater.Releases;

/// <summary>What a signed pointer is held against: the keys in force, what was seen under them, and the install's app and channel.</summary>
internal sealed record PointerRules(KeySet Keys, SeenUnderKeys Seen, string App, string Channel);

/// <summary>
/// The checks of a signed pointer, in the one order that they have: length, signature over the raw bytes, and only then what the bytes say.
/// Expiry is asked behind them, where it is known whether anything new would be installed. Pure.
/// </summary>
internal static class SignedPointer
{
    internal const int MaxBytes = 64 * 1024;

    /// <summary>Length, and where the signed bytes end.</summary>
    /// <exception cref="UntrustedException">Too long, not signed, or the lines of the signature are none.</exception>
    internal static SignedBytes Split(ReadOnlySpan<byte> bytes, string origin)
    {
        if (bytes.Length > MaxBytes)
            throw new UntrustedException($"{origin}: longer than {MaxBytes / 1024} KiB, the most it may be. It is not used.");
        try
        {
            var signed = SignedBytes.Split(bytes, origin);
            return signed.IsSigned
                ? signed
                : throw new UntrustedException(
                    $"{origin} is not signed, and this install has keys: unsigned releases are refused, whatever allow_unsigned says. "
                    + "Its publisher must publish with appupdater publish.");
        }
        catch (SettingsException failure)
        {
            throw Refused(failure);
        }
    }

    /// <summary>Everything but the expiry.</summary>
    /// <exception cref="UntrustedException">A check failed; the message says which, and what to do.</exception>
    internal static VersionFile Check(ReadOnlySpan<byte> bytes, string origin, PointerRules rules)
    {
        var version = Read(bytes, origin, rules.Keys);
        RequireFitting(version, origin, rules);
        RequireSequence(version, ContentHash.Of(version.Signed.Of(bytes)), origin, rules);
        return version;
    }

    /// <summary>Length and signature, and only then what it says.</summary>
    /// <exception cref="UntrustedException">It is not signed by these keys, or can't be read; the message says which.</exception>
    internal static VersionFile Read(ReadOnlySpan<byte> bytes, string origin, KeySet keys)
    {
        var signed = Split(bytes, origin);
        if (!keys.Signs(signed.Of(bytes), signed.Signatures))
            throw new UntrustedException(WhyNotSigned(signed, origin, keys));
        try
        {
            return VersionFileParser.Parse(bytes, origin);
        }
        catch (SettingsException failure)
        {
            throw Refused(failure);
        }
    }

    private static string WhyNotSigned(SignedBytes signed, string origin, KeySet keys)
    {
        var known = signed.Signatures.Select(line => line.KeyId).Where(id => keys.Keys.Any(key => key.Id == id)).Distinct().ToList();
        if (known.Count == 0)
        {
            return $"{origin} is signed by {string.Join(", ", signed.Signatures.Select(line => line.KeyId).Distinct())}, and this install trusts "
                + $"{keys.Threshold} of {string.Join(", ", keys.Keys)}. If the publisher has new keys, he must publish keys/{keys.Number + 1}.ini; "
                + "if not, somebody else wrote this file. It is not used.";
        }

        return known.Count < keys.Threshold
            ? $"{origin} is signed by {known.Count} of the trusted keys ({string.Join(", ", known)}), and {keys.Threshold} are needed. It is not used; the publisher must sign it with the others, too."
            : $"{origin} was changed after it was signed: the signatures by {string.Join(", ", known)} are not of these bytes. It is not used; publish again, or ask who can write to the server.";
    }

    private static void RequireFitting(VersionFile version, string origin, PointerRules rules)
    {
        if (version.Manifest is null)
            throw new UntrustedException($"{origin} is signed and names no manifest: a signature over it says nothing of the files. Its publisher must publish again.");
        if (version.App != rules.App)
        {
            throw new UntrustedException(
                $"{origin} is of app {PathRules.Show(version.App)}, this install is of {PathRules.Show(rules.App)}. It is not used; correct [server] url or [install] app in dato.ini.");
        }

        if (!ReleaseAcceptance.RunsHere(version.Platform))
        {
            throw new UntrustedException(
                $"{origin} is for platform {PathRules.Show(version.Platform)}, this is {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}. "
                + "It is not used; point [server] url to the release for this platform.");
        }

        if (version.Channel != rules.Channel)
        {
            throw new UntrustedException(
                $"{origin} is of {(version.Channel is null ? "no channel" : $"channel {PathRules.Show(version.Channel)}")}, this install asks for \"{rules.Channel}\". "
                + "It is not used; somebody put it under another's name, or it was published without one.");
        }
    }

    private static void RequireSequence(VersionFile version, ContentHash signed, string origin, PointerRules rules)
    {
        if (version.Sequence is not { } sequence)
            throw new UntrustedException($"{origin} is signed and has no sequence, so nobody can tell whether it is an old one. Its publisher must publish again.");
        if (rules.Seen.Channels.FirstOrDefault(seen => seen.Channel == rules.Channel) is not { } last)
            return;
        if (sequence < last.Sequence)
        {
            throw new UntrustedException(
                $"{origin} has sequence {sequence}, and {last.Sequence} was seen before: it is an old one, put back or not brought up to date. It is not used; "
                + "to go back to an older version, publish it anew.");
        }

        if (sequence == last.Sequence && signed != last.Signed)
        {
            throw new UntrustedException(
                $"{origin} has sequence {sequence} like one seen before, and says something else: two were published under one sequence. It is not used; publish again, with a higher one.");
        }
    }

    private static UntrustedException Refused(SettingsException failure) => new($"{failure.Message} It is not used; its publisher must publish again.", failure);
}
