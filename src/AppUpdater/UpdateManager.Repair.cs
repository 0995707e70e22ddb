using AppUpdater.Planning;

namespace AppUpdater;

public sealed partial class UpdateManager
{
    /// <summary>Reads every file of the app and compares it with what was installed; asks no server, changes nothing.</summary>
    /// <exception cref="InstallException">Nothing was installed here by an update, or a file can't be read.</exception>
    public Task<VerifyReport> VerifyAsync(CancellationToken ct = default) =>
        OnDiskAsync(() => Task.Run(() => new InstallVerifier(_install).RunAsync(ct), ct));

    /// <summary>
    /// Plans what puts the installed release right: only files that are wrong or missing are fetched, also where the server has a newer
    /// release. A file with other bytes is kept beside as <c>.user-&lt;time&gt;</c>. Null: nothing is wrong. Stage and apply it as any plan.
    /// </summary>
    /// <exception cref="InstallException">Nothing was installed here by an update.</exception>
    /// <exception cref="MissingException">The server has the installed release no more.</exception>
    public Task<UpdatePlan?> CheckRepairAsync(CancellationToken ct = default) =>
        OnDiskAsync(() => Task.Run(() => new RepairCheck(_install, _places).RunAsync(ct), ct));

    private IPlanMaker MakerOf(UpdatePlan plan) => plan.IsRepair ? new RepairCheck(_install, _places) : _lastCheck ?? new UpdateCheck(_install, _places, new CheckOptions());
}
