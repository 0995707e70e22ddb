using System.Collections.Immutable;
using AppUpdater.Backup;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Settings;
using AppUpdater.Staging;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Handover;

/// <summary>From a plan to a pending swap: fetch, look again, back up, prepare. The caller holds the install's lock.</summary>
internal sealed class UpdateStager(InstallEnvironment install, SwapStore store, BootstrapperLocator bootstrapper)
{
    private readonly LiveTree _live = new(install.Layout, install.Files, install.Settings.Install.Run);
    private readonly StagingFolder _staging = new(install.FileSystem, install.Files, install.Layout, place: null, install.Clock);
    private readonly PreparedNote _note = new(install);

    internal async Task<StagedUpdate> StageAsync(UpdatePlan plan, StagingRounds rounds, ProgressMeter meter, CancellationToken ct)
    {
        if (store.Find() is { State: SwapState.Prepared } pending && _note.Fits(pending, plan, out var earlier)
            && StagedRelease.CompanionsOf(plan.Release).All(companion => install.Files.Stat(Path.Join(pending.Directory, companion.Name)) is not null)
            && await Task.Run(() => store.IsWhole(pending), ct).ConfigureAwait(false))
        {
            install.Log.LogInformation("The update to {Version} lies ready from an earlier run", plan.To);
            return Staged(pending, plan, 0, earlier);
        }

        // What would end in a failure is found out before the first byte travels.
        bootstrapper.Find();
        new WriteAccess(install.Layout, install.Files).Require(WriteAccess.ChangingBy(plan));
        var staged = await rounds.RunAsync(plan, meter, ct).ConfigureAwait(false);
        return await Task.Run(() => Prepare(staged, meter, ct), ct).ConfigureAwait(false);
    }

    /// <summary>Null where no backup leads back from what is installed.</summary>
    internal StagedUpdate? StageRollback(InstalledRecord? record, ProgressMeter meter, CancellationToken ct) => OnDisk(() =>
    {
        if (record is null)
            return null;
        using var backup = new BackupReader(install.Layout, install.Files).OpenNewest(record.Version);
        if (backup is null)
            return null;
        if (backup.App != install.Settings.Install.App)
            throw new UntrustedException($"The backup \"{backup.Archive.File}\" is of the app {PathRules.Show(backup.App)}. It is not used here.");
        bootstrapper.Find();
        new WriteAccess(install.Layout, install.Files).Require(backup.Files.Select(file => file.Path).Concat(backup.Archive.Added));
        meter.Begin(UpdatePhase.Prepare, backup.Files.Sum(file => file.Size));
        var folder = EmptyFolder();
        var contents = new RollbackContents(install.Layout, install.Files, _live, install.Clock)
            .Of(backup, record, folder, (path, bytes) => Told(meter, path, bytes), ct);
        ct.ThrowIfCancellationRequested();
        var swap = new SwapPreparation(install, store, bootstrapper).Prepare(contents);
        _staging.Clear();
        return new StagedUpdate
        {
            From = contents.From,
            To = contents.To,
            Changes = Changes(contents),
            Backup = backup.Archive.File,
            SwapId = swap.Header.Id,
        };
    });

    private StagedUpdate Prepare(StagedFiles staged, ProgressMeter meter, CancellationToken ct) => OnDisk(() =>
    {
        var contents = UpdateContents.Of(staged, _live, _staging.PathFor(staged.Plan));
        var backup = BackUp(contents, staged.Plan, meter, ct);
        meter.Begin(UpdatePhase.Prepare, 0);
        ct.ThrowIfCancellationRequested();
        var swap = new SwapPreparation(install, store, bootstrapper).Prepare(contents);
        _staging.Clear();
        install.FileSystem.Directory.CreateDirectory(install.Layout.Staging);
        _note.Write(swap, staged.Plan, backup);
        return Staged(swap, staged.Plan, staged.BytesFetched, backup);
    });

    private string? BackUp(SwapContents contents, UpdatePlan plan, ProgressMeter meter, CancellationToken ct)
    {
        var settings = install.Settings;
        if (settings.Update.Backup == BackupMode.None || (contents.Touched.IsEmpty && plan.Local.Record is null))
            return null;
        var touched = contents.Touched;
        meter.Begin(UpdatePhase.Backup, touched.Sum(path => install.Files.Stat(path.Under(install.Layout.Root))?.Length ?? 0));
        return new BackupWriter(install.Layout, install.Files, install.Clock, install.Log).Write(
            new BackupContents(settings.Install.App, contents.From, plan.To, touched, contents.Added),
            settings.Update.KeepBackups, (path, bytes) => Told(meter, path, bytes), ct);
    }

    private string EmptyFolder()
    {
        _staging.Clear();
        var folder = Path.Join(install.Layout.Staging, "rollback");
        install.FileSystem.Directory.CreateDirectory(folder);
        return folder;
    }

    private ImmutableArray<PlannedChange> Changes(SwapContents contents) =>
    [
        .. contents.Place.Where(file => IsTheApps(file.Path)).Select(file => new PlannedChange(
                file.OldHash is null ? ChangeKind.Add : ChangeKind.Change, file.Path, install.Files.Stat(file.Source)?.Length ?? 0))
            .Concat(contents.Remove.Where(file => IsTheApps(file.Path)).Select(file => new PlannedChange(
                ChangeKind.Remove, file.Path, install.Files.Stat(file.Path.Under(install.Layout.Root))?.Length ?? 0)))
            .OrderBy(change => change.Path),
    ];

    private static bool IsTheApps(RelativePath path) => path != OwnRecords.Installed && path != OwnRecords.Version;

    private static void Told(ProgressMeter meter, RelativePath path, long bytes)
    {
        var file = meter.Start(path.Value);
        file.Found(bytes);
        file.End();
    }

    private static StagedUpdate Staged(FoundSwap swap, UpdatePlan plan, long fetched, string? backup) => new()
    {
        From = plan.From,
        To = plan.To,
        Changes = plan.Changes,
        BytesFetched = fetched,
        Backup = backup,
        SwapId = swap.Header.Id,
    };

    private T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException failure)
        {
            throw DiskSpace.Explain(failure, install.Layout.Own);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new InstallException($"The update of \"{install.Layout.Root}\" can't be prepared: {failure.Message} Nothing of the app has changed.", failure);
        }
    }
}
