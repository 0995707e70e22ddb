using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Retry;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Planning;

/// <summary>
/// Asks for a signed release: the pointer, checked in the order of <see cref="SignedPointer"/>, then its expiry, then remembered, then used.
/// A place that lags, lies or lacks something is passed over for the next: no place is believed for where it lies.
/// </summary>
internal sealed class SignedCheck(InstallEnvironment install, RemoteChoice places, CheckOptions options, RelativePath pointer)
{
    private readonly KeySet? _configured = ConfiguredKeys.Read(install);
    private readonly TrustMemory _memory = new(install);
    private bool _nothingNewButExpired;

    /// <summary>A pointer that passed every check, and whether an install in this state wants it.</summary>
    private sealed record Answer(VersionFile Version, bool IsWanted);

    /// <summary>Whether unsigned releases are refused here: keys are set, or a signed release was seen.</summary>
    internal bool IsRequired => _configured is not null || _memory.Now.SignedSeen;

    private KeySet Configured => _configured ?? throw new UntrustedException(
        $"A signed release was seen in \"{install.Layout.Root}\" before, and now no keys are set, so nothing can be checked and nothing unsigned is taken. "
        + "Name the publisher's .pub file again: keys = publisher.pub under [trust] in dato.ini.");

    /// <summary>The release to install, or null where nothing is to be done.</summary>
    /// <exception cref="UpdateException">No place has one that can be trusted; told with the worst reason.</exception>
    internal async Task<Release?> FindAsync(InstalledState state, CancellationToken ct)
    {
        _ = Configured;
        places.MoveTo(_memory.Now.Moved is { } moved && moved.From == Home ? moved.Url : null);
        var question = new PlaceQuestion<Answer, Release?>(
            (source, retry, token) => AskAsync(source, retry, state, token),
            (answer, source, token) => GoAsync(answer, source, state, token),
            failure => failure is not InstallException);
        try
        {
            return await places.AskAsync(question, options.Within, ct).ConfigureAwait(false);
        }
        catch (UntrustedException failure) when (_nothingNewButExpired)
        {
            install.Log.LogWarning("Nothing to do, and nobody can tell whether there is something new: {Reason}", failure.Message);
            return null;
        }
    }

    /// <summary>The release that a plan was made for, itself, where the pointer still names it; else the one that it names now.</summary>
    /// <exception cref="UnreachableException">It was withdrawn or halted meanwhile.</exception>
    internal async Task<Release> RemakeAsync(Release made, InstalledState state, CancellationToken ct)
    {
        var source = places.Current;
        var answer = await AskAsync(source, source.Retry, state, ct).ConfigureAwait(false);
        if (!answer.IsWanted)
            throw Stopped(made, $"was withdrawn: {pointer} at {source.Location} names {answer.Version.Version} now");
        if (!IsInLine(answer.Version))
            throw Stopped(made, $"was halted: its rollout is {answer.Version.Rollout} now");
        return SignedReleaseBuilder.IdOf(answer.Version) == made.Id ? made : await ReadReleaseAsync(answer.Version, source, ct).ConfigureAwait(false);
    }

    /// <summary>The release of a pointer and its manifest.</summary>
    internal async Task<Release> ReadReleaseAsync(VersionFile version, IRemoteSource source, CancellationToken ct)
    {
        var reference = version.Manifest!;
        var manifest = await ReadLimit.RunAsync(
            install, $"{reference.Path} at {source.Location}", reference.Size, token => ManifestReader.ReadAsync(source, reference, token), ct).ConfigureAwait(false);
        return SignedReleaseBuilder.Build(version, manifest, install.Settings.Reserved);
    }

    private async Task<Answer> AskAsync(IRemoteSource source, RetryPolicy retry, InstalledState state, CancellationToken ct)
    {
        var origin = $"{pointer} at {source.Location}";
        var bytes = await ReadLimit.RunAsync(
            install, origin, SignedPointer.MaxBytes, token => PointerFile.ReadAsync(source, pointer, message => new UntrustedException(message), retry, token), ct).ConfigureAwait(false);
        var signed = SignedPointer.Split(bytes, origin);
        var keys = await ReachKeysAsync(bytes, signed, source, ct).ConfigureAwait(false);
        var seen = _memory.Now.Under(keys);
        var version = SignedPointer.Check(bytes, origin, new PointerRules(keys, seen, install.Settings.Install.App, install.Settings.Update.Channel));
        foreach (var warning in version.Warnings)
            install.Log.LogWarning("{Warning}", warning);
        var answer = new Answer(version, IsWanted(version, state));
        RequireFresh(answer, seen);
        Remember(version, keys, new SeenSequence(install.Settings.Update.Channel, version.Sequence!.Value, ContentHash.Of(signed.Of(bytes))), source.Location);
        return answer;
    }

    private async Task<Release?> GoAsync(Answer answer, IRemoteSource source, InstalledState state, CancellationToken ct)
    {
        var version = answer.Version;
        if (!answer.IsWanted)
        {
            install.Log.LogInformation("{Version} is installed, {Offered} is offered: nothing to do", state.Version, version.Version);
            return null;
        }

        if (!IsInLine(version))
        {
            install.Log.LogInformation(
                "{Offered} is shown to {Percent} % of all installs so far, and this one is not among them; update --force installs it", version.Version, version.Rollout);
            return null;
        }

        // All of it is to be fetched: the connections log in while the manifest is read.
        if (state.Record is null)
            source.Expect(install.Settings.Update.Connections);
        options.Offered?.Invoke(new Offer(version, state.Version) { IsSigned = true });
        return await ReadReleaseAsync(version, source, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// The keys in force. keys/N.ini are asked for where the ones known did not sign the pointer, and once at the very first: an install made
    /// long ago may begin with keys that were replaced since.
    /// </summary>
    private async Task<KeySet> ReachKeysAsync(byte[] bytes, SignedBytes signed, IRemoteSource source, CancellationToken ct)
    {
        bool Signs(KeySet set) => set.Signs(signed.Of(bytes), signed.Signatures);
        var known = _memory.Now.InForce(Configured);
        return known is not null && Signs(known)
            ? known
            : await KeyWalk.RunAsync(source, known ?? Configured, install, Signs, set => Keep(set), ct).ConfigureAwait(false);
    }

    private void Keep(KeySet set) => _memory.Remember(trust => trust with { Keys = new KeysInForce(Configured.Scope, set) });

    /// <summary>An expired pointer stops what is new, and nothing else. The clock may be behind; what was signed since is a second one.</summary>
    private void RequireFresh(Answer answer, SeenUnderKeys seen)
    {
        var now = install.Clock.GetUtcNow();
        try
        {
            ReleaseAcceptance.RequireFresh(answer.Version, seen.NewestSigned > now ? seen.NewestSigned.Value : now);
        }
        catch (UntrustedException) when (!answer.IsWanted || !IsInLine(answer.Version))
        {
            _nothingNewButExpired = true;
            throw;
        }
    }

    private void Remember(VersionFile version, KeySet keys, SeenSequence seen, RemoteLocation place)
    {
        var id = _memory.Now.LocalId ?? RolloutLine.NewId();
        var isNewSet = _memory.Now.Under(keys).Channels.IsEmpty;
        var moved = MovedBy(version, keepsOld: !isNewSet || places.IsAtMoved);
        if (moved?.Url is { } url && url == version.Moved && url != _memory.Now.Moved?.Url)
            install.Log.LogInformation("The releases have moved, as signed at {Place}: the new place is asked first from now on", place);
        _memory.Remember(trust => (trust with
        {
            LocalId = trust.LocalId ?? id,
            Keys = new KeysInForce(Configured.Scope, keys),
            Moved = moved,
        }).With(keys, seen, version.Published));
    }

    /// <summary>
    /// A pointer that names a place sets it. One that names none leaves it: what lies at the new place has no need to. Only the first word of
    /// new keys takes it back, where it was said elsewhere: what stolen keys said is not to outlive them.
    /// </summary>
    private MovedPlace? MovedBy(VersionFile version, bool keepsOld) => version.Moved switch
    {
        null => keepsOld ? _memory.Now.Moved : null,
        var url => url == install.Settings.Server.Url ? null : new MovedPlace(url, Home),
    };

    private string Home => RemoteLocation.Parse(install.Settings.Server.Url).ToString();

    /// <summary>
    /// Any other release than the installed one, since what was seen here rules out the older ones. Where nothing is remembered any more,
    /// the record's sequence does that.
    /// </summary>
    private bool IsWanted(VersionFile version, InstalledState state) =>
        options.Force || state.Record is not { } record
        || (record.Release != SignedReleaseBuilder.IdOf(version) && (_memory.Now.SignedSeen || !(version.Sequence <= record.Sequence)));

    private bool IsInLine(VersionFile version) => options.Force || RolloutLine.Sees(_memory.Now.LocalId, version);

    private static UnreachableException Stopped(Release made, string how) =>
        new($"The release {made.Version.Version} {how}, while it was fetched. Nothing was changed; check again.", isTransient: false);
}
