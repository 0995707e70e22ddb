using System.Globalization;
using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Releases;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Planning;

/// <summary>
/// Plans the way back to what is installed: its release, whatever newer one the server offers. A signed release is known by the hash of its
/// manifest; of a plain tree only what still lies on the server can be fetched.
/// </summary>
internal sealed class RepairCheck(InstallEnvironment install, RemoteChoice places) : IPlanMaker
{
    private const int MaxVersionFile = 64 * 1024;

    private UpdateSettings Settings => install.Settings;

    /// <summary>What fetches all that is wrong or missing, or null where nothing is.</summary>
    /// <exception cref="InstallException">Nothing was installed here.</exception>
    /// <exception cref="MissingException">The server has the installed release no more.</exception>
    internal async Task<UpdatePlan?> RunAsync(CancellationToken ct)
    {
        var record = InstallVerifier.RequireRecord(install);
        var release = await ReleaseAsync(record, ct).ConfigureAwait(false);
        var snapshot = new LocalSnapshotReader(install.Layout, install.Files) { ReadsAll = true };
        var local = await snapshot.ReadAsync(
            new InstalledState(record, record.Version), [.. release.Files.Select(file => file.Path)], [.. release.EmptyFolders.Select(folder => folder.Path)], ct).ConfigureAwait(false);
        return UpdatePlanner.Plan(release, local, Settings.Install, PlanScope.Of(install) with { IsRepair = true });
    }

    /// <inheritdoc/>
    public async Task<UpdatePlan> RemakeAsync(UpdatePlan made, CancellationToken ct)
    {
        // A signed release never changes, and every byte of it was verified.
        if (made.Release.Manifest is not null)
            return made;
        var now = await ReleaseAsync(InstallVerifier.RequireRecord(install), ct).ConfigureAwait(false);
        return now.Files.SequenceEqual(made.Release.Files)
            ? made
            : throw new UnreachableException($"The server's files of {made.To} changed while they were fetched. Nothing was changed; try again.");
    }

    private Task<Release> ReleaseAsync(InstalledRecord record, CancellationToken ct) =>
        record.Manifest is { } manifest ? SignedAsync(record, manifest, ct) : PlainAsync(record, ct);

    private async Task<Release> SignedAsync(InstalledRecord record, ManifestReference reference, CancellationToken ct)
    {
        try
        {
            var manifest = await places.AskAsync((source, _, token) => ReadLimit.RunAsync(
                install, $"{reference.Path} at {source.Location}", reference.Size, limited => ManifestReader.ReadAsync(source, reference, limited), token), within: null, ct).ConfigureAwait(false);
            return SignedReleaseBuilder.Build(Pointer(record, reference, manifest), manifest, Settings.Reserved);
        }
        catch (MissingException missing)
        {
            throw new MissingException(
                $"{record.Version} is not at {places.Current.Location} any more, so it can't be repaired from there. Update instead. ({missing.Message})", missing);
        }
    }

    /// <summary>version.ini as it was installed; where it is gone or of another release, what the record says in its place.</summary>
    private VersionFile Pointer(InstalledRecord record, ManifestReference reference, ReleaseManifest manifest)
    {
        var path = Path.Join(install.Layout.Root, "version.ini");
        if (install.Files.Stat(path) is { Kind: FileKind.File, Length: <= MaxVersionFile })
        {
            var text = install.FileSystem.File.ReadAllBytes(path);
            if (VersionFileParser.Parse(text, path) is var there && there.Manifest == reference && there.App == record.App)
                return there;
        }

        var sequence = record.Sequence is { } number ? string.Create(CultureInfo.InvariantCulture, $"sequence = {number}\n") : "";
        var said = string.Create(
            CultureInfo.InvariantCulture,
            $"[version]\nformat = 1\napp = {record.App}\nversion = {record.Version.ToFullString()}\nplatform = {manifest.Platform}\nchannel = {Settings.Update.Channel}\n{sequence}"
            + $"[files]\nmanifest = {reference.Path}, {reference.Size}, {reference.Hash}\n");
        return VersionFileParser.Parse(Encoding.UTF8.GetBytes(said), ".appupdater/installed.json");
    }

    private async Task<Release> PlainAsync(InstalledRecord record, CancellationToken ct)
    {
        var plan = await new UpdateCheck(install, places, new CheckOptions { Force = true, EveryFile = true }).RunAsync(ct).ConfigureAwait(false);
        return plan?.Release is { } release && release.Id == record.Release
            ? release
            : throw new MissingException(
                $"{places.Current.Location} holds {plan?.To.ToNormalizedString() ?? "nothing"}, not the {record.Version} that is installed (or a file of it with another size): "
                + "of a plain tree only what lies there can be repaired. Update instead.");
    }
}
