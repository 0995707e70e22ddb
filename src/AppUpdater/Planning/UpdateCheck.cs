using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Retry;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Planning;

/// <summary>Asks the server and makes the plan: version.ini first, and the tree only where that says something new.</summary>
internal sealed class UpdateCheck(InstallEnvironment install, RemoteChoice places, CheckOptions options) : IPlanMaker
{
    /// <summary>A plan of a release whose bytes can't change is not asked after again so soon: who withdraws it now may come as well a moment later.</summary>
    private static readonly TimeSpan StandsFor = TimeSpan.FromSeconds(10);

    private readonly InstalledStateReader _state = new(install);
    private (UpdatePlan? Plan, long Asked) _made;

    private UpdateSettings Settings => install.Settings;

    private IRemoteSource Source => places.Current;

    private RelativePath Pointer => PointerFile.PathOf(Settings.Update);

    /// <summary>The plan, or null where nothing is to be done.</summary>
    internal async Task<UpdatePlan?> RunAsync(CancellationToken ct)
    {
        var asked = install.Clock.GetTimestamp();
        var plan = await FindAsync(ct).ConfigureAwait(false);
        _made = (plan, asked);
        return plan;
    }

    /// <inheritdoc/>
    public Task<UpdatePlan> RemakeAsync(UpdatePlan made, CancellationToken ct) =>
        made.Release.Manifest is null ? RemakePlainAsync(made, ct) : RemakeWithManifestAsync(made, ct);

    private async Task<UpdatePlan?> FindAsync(CancellationToken ct)
    {
        var signed = Signed();
        var state = _state.Read();
        var release = signed.IsRequired
            ? await signed.FindAsync(state, ct).ConfigureAwait(false)
            : await FindUnsignedAsync(signed, state, ct).ConfigureAwait(false);
        if (release is null)
            return null;
        if (IsRefused(release))
        {
            install.Log.LogWarning(
                "{Release} was undone or rolled back from here and is not offered again until its version, or a file's name or size, changes; "
                + "update --force installs it",
                release.Id);
            return null;
        }

        if (!options.Force && release.Id == install.HeldBack)
        {
            install.Log.LogWarning("The swap to {Release} did not go through just now; it is tried again at the next start", release.Id);
            return null;
        }

        return await PlanAsync(release, state, ct).ConfigureAwait(false);
    }

    private SignedCheck Signed() => new(install, places, options, Pointer);

    /// <summary>The word of whoever can write to the server, where dato.ini allows it: a plain tree, or a manifest that is not checked against keys.</summary>
    private async Task<Release?> FindUnsignedAsync(SignedCheck signed, InstalledState state, CancellationToken ct)
    {
        var version = await places.AskAsync(ReadVersionAsync, options.Within, ct).ConfigureAwait(false);
        if (!IsWanted(version, state))
        {
            install.Log.LogInformation("{Version} is installed, {Offered} is offered: nothing to do", state.Version, version.Version);
            return null;
        }

        ReleaseAcceptance.RequireFresh(version, install.Clock.GetUtcNow());
        options.Offered?.Invoke(new Offer(version, state.Version));
        return version.Manifest is null ? await ListAsync(version, ct).ConfigureAwait(false) : await signed.ReadReleaseAsync(version, Source, ct).ConfigureAwait(false);
    }

    /// <summary>What a manifest names never changes: as long as the pointer names it, the plan holds.</summary>
    private async Task<UpdatePlan> RemakeWithManifestAsync(UpdatePlan made, CancellationToken ct)
    {
        if (ReferenceEquals(made, _made.Plan) && install.Clock.GetElapsedTime(_made.Asked) < StandsFor)
            return made;
        var signed = Signed();
        var state = _state.Read();
        var release = signed.IsRequired
            ? await signed.RemakeAsync(made.Release, state, ct).ConfigureAwait(false)
            : await RemakeUnsignedAsync(signed, made.Release, ct).ConfigureAwait(false);
        if (ReferenceEquals(release, made.Release))
            return made;
        var plan = IsRefused(release) ? null : await PlanAsync(release, state, ct).ConfigureAwait(false);
        return plan ?? throw Withdrawn(made, release.Version);
    }

    private async Task<Release> RemakeUnsignedAsync(SignedCheck signed, Release made, CancellationToken ct)
    {
        var version = await ReadVersionAsync(Source, Source.Retry, ct).ConfigureAwait(false);
        if (version.Manifest is null)
            return await ListAsync(version, ct).ConfigureAwait(false);
        return SignedReleaseBuilder.IdOf(version) == made.Id ? made : await signed.ReadReleaseAsync(version, Source, ct).ConfigureAwait(false);
    }

    private async Task<UpdatePlan> RemakePlainAsync(UpdatePlan made, CancellationToken ct)
    {
        // Of the place that the plan was made from: another may hold another state.
        var version = await ReadVersionAsync(Source, Source.Retry, ct).ConfigureAwait(false);
        if (version.Manifest is not null)
            throw Withdrawn(made, version);
        var release = await ListAsync(version, ct).ConfigureAwait(false);

        // Times count here as well as sizes: a file replaced by one of equal size has another time, and the release's id leaves times out.
        if (version.Hash == made.Release.Version.Hash && release.Files.SequenceEqual(made.Release.Files)
            && release.EmptyFolders.SequenceEqual(made.Release.EmptyFolders))
            return made;
        ReleaseAcceptance.RequireFresh(version, install.Clock.GetUtcNow());
        var state = _state.Read();
        var plan = IsWanted(version, state) && !IsRefused(release) ? await PlanAsync(release, state, ct).ConfigureAwait(false) : null;
        return plan ?? throw Withdrawn(made, version);
    }

    private static UnreachableException Withdrawn(UpdatePlan made, VersionFile now) => new(
        $"The release {made.To} was withdrawn from the server while it was fetched; {now.Version} lies there now. Nothing was changed; check again.");

    private async Task<VersionFile> ReadVersionAsync(IRemoteSource source, RetryPolicy retry, CancellationToken ct)
    {
        var bytes = await PointerFile.ReadAsync(source, Pointer, message => new SettingsException(message), retry, ct).ConfigureAwait(false);
        var version = VersionFileParser.Parse(bytes, $"{Pointer} at {source.Location}");
        foreach (var warning in version.Warnings)
            install.Log.LogWarning("{Warning}", warning);
        ReleaseAcceptance.Require(version, Settings, signedSeen: false); // asked only where none was
        return version;
    }

    private async Task<Release> ListAsync(VersionFile version, CancellationToken ct)
    {
        var builder = new PlainReleaseBuilder(version, Settings.Reserved);
        var entries = new List<RemoteEntry>();
        try
        {
            await foreach (var entry in Source.ListAsync(version.Root, builder.Enters, ct).ConfigureAwait(false))
                entries.Add(entry);
        }
        catch (MissingException missing) when (version.Root is { } root && entries.Count == 0)
        {
            throw new SettingsException(
                $"version.ini at {Source.Location}: [files] root = {root} is not there. Upload that folder, or correct root. ({missing.Message})", missing);
        }

        // It lies beside the files and was just read. A name is compared as servers that ignore case do.
        var pointer = TargetCollisions.Fold(Pointer);
        if (version.Root is null && !entries.Exists(entry => entry.Path.Parent is null && TargetCollisions.Fold(entry.Path) == pointer))
        {
            throw new MissingException(
                $"The listing of {Source.Location} does not show {Pointer}, which was just read from there: other files may be missing from it, too. "
                + "Nothing was changed. Check what lies there, and that the server lists all of it.");
        }

        return builder.Build(entries);
    }

    private async Task<UpdatePlan?> PlanAsync(Release release, InstalledState state, CancellationToken ct)
    {
        var snapshot = new LocalSnapshotReader(install.Layout, install.Files);
        var local = await snapshot.ReadAsync(state, [.. release.Files.Select(file => file.Path)], [.. release.EmptyFolders.Select(folder => folder.Path)], ct).ConfigureAwait(false);
        var plan = UpdatePlanner.Plan(release, local, Settings.Install, PlanScope.Of(install) with { EveryFile = options.EveryFile });
        if (plan is not null && release.Manifest is null)
            await RequireGoneAsync(plan, ct).ConfigureAwait(false);
        return plan;
    }

    /// <summary>
    /// What is removed must be gone from the server, and not only from its listing: nginx and vsftpd show no names that begin with a dot,
    /// Apache no README.
    /// </summary>
    private async Task RequireGoneAsync(UpdatePlan plan, CancellationToken ct)
    {
        var builder = new PlainReleaseBuilder(plan.Release.Version, Settings.Reserved);

        // Renamed in its case only, it is found under the old name, too, where the server ignores case.
        var listed = plan.Release.Files.Select(file => TargetCollisions.Fold(file.RemotePath)).ToHashSet(StringComparer.Ordinal);
        var asked = plan.Steps.Drop.SelectMany(file => builder.Origins(file.Path)).Where(path => !listed.Contains(TargetCollisions.Fold(path))).ToList();
        if (asked.Count == 0)
            return;
        var found = await Source.StatAllAsync(asked, ct).ConfigureAwait(false);
        if (found.FirstOrDefault(entry => entry is { Kind: RemoteEntryKind.File }) is { } hidden)
        {
            throw new UnreachableException(
                $"{hidden.Path} is at {Source.Location}, and no listing of the server shows it: files would be missed, and removed from the install. "
                + "Have the server list every name, or remove that file from it.",
                isTransient: false);
        }
    }

    private bool IsWanted(VersionFile offered, InstalledState state) => options.Force || UpdatePlanner.IsNewer(offered, state.Version);

    private bool IsRefused(Release release) =>
        !options.Force && TrustFile.Load(install.FileSystem, install.Layout.Trust).IsRefused(release);
}
