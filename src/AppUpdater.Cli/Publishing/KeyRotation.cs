using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Cli.Publishing;

/// <summary>Which keys are to be in force.</summary>
internal sealed record RotationRequest(string App, ImmutableArray<PublicKey> Keys)
{
    /// <summary>Null: those of the set before stay.</summary>
    internal ImmutableArray<PublicKey>? Recovery { get; init; }

    /// <summary>Null: that of the set before stays.</summary>
    internal int? Threshold { get; init; }

    internal bool OverrideLock { get; init; }
}

/// <summary>What is in force now.</summary>
/// <param name="Set">With the number of its file.</param>
/// <param name="Before">The sets before it, oldest first.</param>
/// <param name="Changed">False where just these keys were in force already.</param>
internal sealed record RotationOutcome(KeySet Set, KeyChain Before, bool Changed);

/// <summary>
/// Puts other keys in force: the next keys/N.ini, signed by those who may replace the set before and by the new set's own. Nothing is
/// sent before every signature that an install will ask for is there.
/// </summary>
/// <param name="target">The server.</param>
/// <param name="first">The set in the installs' dato.ini; all others are walked from there, as installs do.</param>
/// <param name="signers">The private keys at hand.</param>
/// <param name="clock">For the claim that keeps others out.</param>
/// <param name="note">Takes warnings.</param>
internal sealed class KeyRotation(IRemoteTarget target, KeySet first, PublisherKeys signers, TimeProvider clock, Action<string> note)
{
    private const int Most = 8;

    /// <exception cref="SettingsException">The keys can't be a set, or the folder is another app's.</exception>
    /// <exception cref="UntrustedException">A signature is missing that an install will ask for, or what lies there was not signed as it should.</exception>
    /// <exception cref="InstallException">Somebody else publishes there, or replaced keys in the meantime.</exception>
    internal async Task<RotationOutcome> RunAsync(RotationRequest request, CancellationToken ct)
    {
        var chain = await KeyChain.ReadAsync(target, first, request.App, ct);
        await CheckServerAsync(request.App, chain, ct);
        var before = chain.InForce;
        var next = new KeySet(before.Number + 1, request.Threshold ?? before.Threshold, request.Keys, request.Recovery ?? before.Recovery);
        RequireSound(next);
        if ((next with { Number = before.Number }).Scope == before.Scope)
            return new RotationOutcome(before, chain with { Sets = chain.Sets[..^1] }, Changed: false);

        var bytes = Sign(request.App, before, next);
        await using var held = await PublishLock.TakeAsync(target, request.OverrideLock, note, clock, ct);
        var path = KeysFile.PathOf(next.Number);
        if (await ServerStateReader.ReadRawAsync(target, path, ct) is not null)
            throw new InstallException($"{path} was put to {target.Location} by somebody else in the meantime. Nothing was changed; find out who, then run this again.");
        await target.EnsureAsync(RemoteFiles.Upload(path, bytes), ContentHash.Of(bytes), ct);
        if ((await KeyChain.ReadAsync(target, first, request.App, ct)).InForce.Scope != next.Scope)
            throw new UntrustedException($"{path} at {target.Location} is not what was written there a moment ago. Somebody or something else writes there; find out who.");
        return new RotationOutcome(next, chain, Changed: true);
    }

    /// <summary>Keys that don't fit what lies there would stop every install: the wrong app, folder, or set to begin with.</summary>
    private async Task CheckServerAsync(string app, KeyChain chain, CancellationToken ct)
    {
        try
        {
            var there = (await ServerStateReader.ReadAsync(target, chain.AnyOf, ct)).App
                ?? throw new SettingsException($"{target.Location} holds no release. Name the folder that installs look at with --to.");
            if (there != app)
                throw new SettingsException($"{target.Location} holds the releases of {there}, not of {app}. Name the app that lies there with --app.");
        }
        catch (UntrustedException failure)
        {
            throw new UntrustedException(
                $"What lies at {target.Location} is not signed by --trusted or the keys that replaced it. Nothing was sent; name what the installs' dato.ini names, "
                + "and where somebody put foreign files there, remove them first: appupdater verify-server names them.",
                failure);
        }
    }

    private static void RequireSound(KeySet set)
    {
        var own = set.Keys.Distinct().Count();
        if (own > Most || set.Recovery.Length > Most)
            throw new SettingsException($"{Most} keys and {Most} recovery keys at most can be in force.");
        if (set.Threshold > own)
            throw new SettingsException($"{set.Threshold} different keys must sign, and --new-key names {own}. Name more, or set --threshold.");
        if (set.Keys.Intersect(set.Recovery).FirstOrDefault() is { } both)
            throw new SettingsException($"{both} would sign releases and be a recovery key, too: whoever steals it could lock you out. Use two keys.");
    }

    private byte[] Sign(string app, KeySet before, KeySet next)
    {
        var bytes = signers.Sign(SignedAs.Keys, Text(app, next));
        var signed = SignedBytes.Split(bytes, "The new keys");
        if (!before.SignsKeys(signed.Of(bytes), signed.Signatures))
        {
            throw new UntrustedException(
                $"The keys in force can be replaced by {before.Holders}, and --sign-with names {string.Join(", ", signers.Public)}. Nothing was sent; name those private keys, too.");
        }

        if (!next.SignsKeys(signed.Of(bytes), signed.Signatures))
        {
            throw new UntrustedException(
                $"The new keys must be signed by {next.Holders}, too, and --sign-with names {string.Join(", ", signers.Public)}. Nothing was sent; name those private keys as well.");
        }

        return KeysFile.Follow(bytes, before, app, "The new keys").Scope == next.Scope
            ? bytes
            : throw new InstallException("The new keys can't be read back as they are meant. Nothing was sent.");
    }

    private static string Text(string app, KeySet set)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[{KeysFile.Section}]\nformat = {KeysFile.Format}\napp = {app}\nnumber = {set.Number}\nthreshold = {set.Threshold}\n");
        foreach (var (at, key) in set.Keys.Distinct().Index())
            text.Append(CultureInfo.InvariantCulture, $"key{at + 1} = {Convert.ToBase64String(key.Info.AsSpan())}\n");
        foreach (var (at, key) in set.Recovery.Distinct().Index())
            text.Append(CultureInfo.InvariantCulture, $"recovery{at + 1} = {Convert.ToBase64String(key.Info.AsSpan())}\n");
        return text.ToString();
    }
}
