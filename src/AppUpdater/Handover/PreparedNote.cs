using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Core.Swap;
using AppUpdater.Planning;
using AppUpdater.Settings;
using AppUpdater.Staging;

namespace AppUpdater.Handover;

/// <summary>
/// <c>staging/prepared</c>: which plan the pending swap carries out, so that the same plan is not fetched twice. The release's id alone
/// would not do: it says nothing of the install, nor of the files' times, nor of version.ini, which is put in place with them.
/// </summary>
internal sealed class PreparedNote(InstallEnvironment install)
{
    private const int MaxBytes = 64 * 1024;

    private string File => Path.Join(install.Layout.Staging, "prepared");

    internal void Write(FoundSwap swap, UpdatePlan plan, string? backup) => AtomicFile.Write(
        install.Files, File, Encoding.UTF8.GetBytes($"{swap.Header.Id}\n{Fingerprint(plan)}\n{Path.GetFileName(backup)}"));

    /// <summary>Whether this swap carries out this plan; with the backup that was made for it.</summary>
    internal bool Fits(FoundSwap swap, UpdatePlan plan, out string? backup)
    {
        backup = null;
        if (install.Files.Stat(File) is not { Kind: FileKind.File, Length: <= MaxBytes })
            return false;
        var lines = install.FileSystem.File.ReadAllText(File).Split('\n');
        if (lines is not [var id, var fingerprint, var name] || id != swap.Header.Id || fingerprint != Fingerprint(plan))
            return false;
        var path = Path.Join(install.Layout.Backups, Path.GetFileName(name));
        backup = name.Length > 0 && install.Files.Stat(path) is not null ? path : null;
        return name.Length == 0 || backup is not null;
    }

    private static string Fingerprint(UpdatePlan plan)
    {
        var text = new StringBuilder($"{plan.Release.Id}\t{plan.Release.Version.Hash}\n");
        foreach (var file in plan.Steps.Fetch)
            text.Append(StagingFolder.Key(file.File)).Append('\t').Append(file.Target).Append('\t').Append(file.OldHash).Append('\n');
        foreach (var file in plan.Steps.Drop)
            text.Append(file.Path).Append('\t').Append(file.OldHash).Append('\n');
        foreach (var folder in plan.Steps.FoldersToCreate.Concat(plan.Steps.FoldersToRemove))
            text.Append(folder).Append("/\n");
        foreach (var change in plan.Steps.CaseChanges)
            text.Append(change.From).Append('\t').Append(change.To).Append('\n');
        return ContentHash.Of(Encoding.UTF8.GetBytes(text.ToString())).Hex;
    }
}
