using AppUpdater.Transport;

#pragma warning disable CA2000 // what is opened is disposed with the mirror
namespace AppUpdater.Mirroring;

/// <summary>
/// Keeps a server's folder in step with a local one: plan, then execute, or watch. Files are sent under a name for the time being and
/// renamed. One call at a time; from the first on no other mirror of these two folders may work.
/// </summary>
/// <remarks>
/// <see cref="UnreachableException"/>: the server is gone, or a listing broke off; nothing is removed then. <see cref="InstallException"/>:
/// the folder is missing, can't be read, or is suddenly empty, or another mirror is at work; nothing is removed then either.
/// </remarks>
public sealed class MirrorPush : IMirror
{
    private readonly MirrorSetup _setup;
    private readonly IRemoteTarget _target;
    private MirrorSession? _session;

    private MirrorPush(MirrorSetup setup) => (_setup, _target) = (setup, RemoteSources.OpenTarget(setup.Location, setup.Transport));

    /// <summary>Checks the options; connects to nothing and touches nothing.</summary>
    /// <exception cref="SettingsException">An option is wrong; the message names it.</exception>
    public static MirrorPush Open(MirrorOptions options) => new(MirrorSetup.Of(options, MirrorPlace.Push));

    /// <summary>Compares the folder with what is known of the server, and with what the server lists. Files that are being written are waited for, for a moment.</summary>
    /// <exception cref="UpdateException">See the remarks of the class.</exception>
    public Task<MirrorPlan> PlanAsync(CancellationToken ct = default) => PlanAsync(isVerified: true, ct);

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
        return await session.RunAsync(
            plan, progress, _setup.Options.Clock, run => new PushTransfers(_setup, _target, plan, session.State, run).RunAsync(ct)).ConfigureAwait(false);
    }

    /// <summary>
    /// Plans and executes until it is cancelled: after changes in the folder, once they pause, and every so often without any. While the
    /// server is gone, changes pile up in the folder itself, and are sent in their order when it is back.
    /// </summary>
    /// <param name="every">How often the folder is compared with what is known, whatever was seen of changes; more than 0.</param>
    /// <param name="verifyEvery">How often the server is compared, across runs; more than 0.</param>
    /// <param name="progress">As with <see cref="ExecuteAsync"/>.</param>
    /// <param name="cycleDone">Told the end of each cycle that did something, and of the first good one after a failure. One that the server was not there for has a failure without a path.</param>
    /// <param name="ct">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InstallException">See the remarks of the class.</exception>
    public Task WatchAsync(
        TimeSpan every, TimeSpan verifyEvery, IProgress<MirrorEvent>? progress = null, Action<MirrorReport>? cycleDone = null, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(every, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(verifyEvery, TimeSpan.Zero);
        return new PushWatch(this, _setup, every, verifyEvery).RunAsync(progress, cycleDone, ct);
    }

    /// <summary>Closes the connections and lets another mirror work.</summary>
    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync().ConfigureAwait(false);
        _session?.Dispose();
        _session = null;
    }

    /// <param name="isVerified">False: only what is known of the server is compared, nothing is asked of it.</param>
    /// <param name="ct">Ends it.</param>
    internal async Task<MirrorPlan> PlanAsync(bool isVerified, CancellationToken ct)
    {
        var session = Session();
        var local = await ScanAsync(session.State, ct).ConfigureAwait(false);
        PushPlanner.RequireSource(_setup.Place.Root, session.State, local);
        var remote = isVerified ? await ListAsync(ct).ConfigureAwait(false) : null;
        var view = new PushView(_setup.Options, _setup.Filter, session.State, local, remote, _setup.Options.Clock.GetUtcNow());
        return await Task.Run(() => PushPlanner.Plan(view, this), ct).ConfigureAwait(false);
    }

    /// <summary>Told each plan of a watch that is about to be carried out: the first, and every one that does something.</summary>
    internal Action<MirrorPlan>? Planned { get; set; }

    /// <summary>When the server was last compared, or never.</summary>
    internal DateTimeOffset? Verified => Session().State.Verified;

    private MirrorSession Session()
    {
        if (!Directory.Exists(_setup.Place.Root))
            throw new InstallException($"{_setup.Place.Root} is not there. Nothing was sent or removed. Check whether its disk is mounted.");
        return _session ??= MirrorSession.Open(_setup);
    }

    private async Task<LocalTree> ScanAsync(MirrorState state, CancellationToken ct)
    {
        var tree = await Task.Run(() => new LocalScan(_setup.Place.Root, _setup.Filter, _setup.Options.FollowLinks).Read(ct), ct).ConfigureAwait(false);
        return await StillRules.LookAsync(_setup, state, tree, ct).ConfigureAwait(false);
    }

    private async Task<RemoteTree> ListAsync(CancellationToken ct)
    {
        try
        {
            return await RemoteTree.ReadAsync(_target, _setup.Filter, _setup.Gaps, ct).ConfigureAwait(false);
        }
        catch (MissingException missing)
        {
            throw new MissingException($"{Wording.Of(missing)} Make that folder on the server first.", missing);
        }
    }
}
