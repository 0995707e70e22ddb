using AppUpdater.Transport;

#pragma warning disable CA2000 // what is opened is disposed with the mirror
namespace AppUpdater.Mirroring;

/// <summary>
/// Brings a server's folder to a local one: plan, then execute. What is on its way lies below <c>.appupdater</c> until it is whole, and what
/// a run that ended began, the next one goes on with. One call at a time; from the first on no other mirror of these two folders may work.
/// </summary>
/// <remarks>
/// <see cref="UnreachableException"/>: the server is gone, or a listing broke off; nothing is removed then. <see cref="InstallException"/>:
/// no room, no permission, or another mirror at work.
/// </remarks>
public sealed class MirrorPull : IMirror
{
    private readonly MirrorSetup _setup;
    private readonly IRemoteSource _source;
    private MirrorSession? _session;

    private MirrorPull(MirrorSetup setup) => (_setup, _source) = (setup, RemoteSources.Open(setup.Location, setup.Transport));

    /// <summary>Checks the options; connects to nothing and touches nothing.</summary>
    /// <exception cref="SettingsException">An option is wrong; the message names it.</exception>
    public static MirrorPull Open(MirrorOptions options) => new(MirrorSetup.Of(options, MirrorPlace.Pull));

    /// <summary>Lists the server's folder and compares it with what is here.</summary>
    /// <exception cref="UpdateException">See the remarks of the class.</exception>
    public async Task<MirrorPlan> PlanAsync(CancellationToken ct = default)
    {
        var session = _session ??= MirrorSession.Open(_setup);
        var options = _setup.Options;
        var remote = await RemoteTree.ReadAsync(_source, _setup.Filter, _setup.Gaps, ct).ConfigureAwait(false);
        var hidden = await HiddenAsync(session.State, remote, ct).ConfigureAwait(false);
        var look = new LocalLook(_setup.Place.Root, _setup.Files, options.FollowLinks);
        var view = new PullView(options, _setup.Filter, session.State, remote, options.Clock.GetUtcNow())
        {
            Look = look.At,
            HasFolder = folder => look.Folder(folder) is { IsThere: true, Obstacle: null },
            Hidden = hidden,
            LargestFile = options.Volume(Existing(_setup.Place.Root)).LargestFile,
        };
        var (plan, waiting) = await Task.Run(() => PullPlanner.Plan(view, this), ct).ConfigureAwait(false);
        session.Keep(waiting);
        return plan;
    }

    /// <summary>
    /// Carries a plan out. Each event is told as it happens, one at a time, from the thread that does the work. Cancelled, it ends within a
    /// moment, and the next run goes on where it stopped.
    /// </summary>
    /// <exception cref="ArgumentException">The plan is another mirror's.</exception>
    /// <exception cref="UpdateException">See the remarks of the class.</exception>
    public async Task<MirrorReport> ExecuteAsync(MirrorPlan plan, IProgress<MirrorEvent>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!ReferenceEquals(plan.Details.Origin, this) || _session is not { } session)
            throw new ArgumentException("The plan was made by another mirror.", nameof(plan));
        return await session.RunAsync(plan, progress, _setup.Options.Clock, async run =>
        {
            using var transfers = new PullTransfers(_setup, _source, plan, run, session.State);
            await transfers.RunAsync(ct).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Closes the connections and lets another mirror work.</summary>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync().ConfigureAwait(false);
        _session?.Dispose();
        _session = null;
    }

    /// <summary>The folder, or the one above that it would be made in: a dry run makes none.</summary>
    private static string Existing(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } above ? folder : Existing(above);

    /// <summary>Files that the listing lacks and the server has: some show no names that begin with a dot.</summary>
    private async Task<HashSet<RelativePath>> HiddenAsync(MirrorState state, RemoteTree remote, CancellationToken ct)
    {
        if (!_setup.Options.Delete || !remote.IsWhole || remote.Files.Count == 0)
            return [];
        var lacking = PullPlanner.Lacking(state, remote, _setup.Filter);
        if (lacking.Length > RemovalRules.Limit(state.Files.Count, _setup.Options.MaxDelete))
            return []; // so many are not removed anyway
        var found = await _source.StatAllAsync(lacking, ct).ConfigureAwait(false);
        return [.. found.OfType<RemoteEntry>().Where(entry => entry.Kind == RemoteEntryKind.File).Select(entry => entry.Path)];
    }
}
