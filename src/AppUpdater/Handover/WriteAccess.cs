using AppUpdater.Core;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Planning;

namespace AppUpdater.Handover;

/// <summary>
/// Whether the swap will be able to do its renames, tried out before the first byte is fetched: a file is created beside the app, moved to
/// every folder that changes, and deleted. A folder that is read-only or another volume shows here and not halfway. The updater's own folders
/// are among them: one that somebody else made, such as an administrator who updated once, may not be writable though the app's are.
/// </summary>
internal sealed class WriteAccess(InstallLayout layout, IDurableFiles files)
{
    internal const string WhatToDo =
        "The install has to be writable for the account that updates it: give that account write access to this folder, "
        + "or install the app where its user may write.";

    private const string ProbeName = ".appupdater-probe";

    /// <exception cref="InstallException">A folder can't be written, or lies elsewhere; it is named.</exception>
    internal void Require(IEnumerable<RelativePath> changing)
    {
        var probe = Path.Join(layout.Own, ProbeName);
        Create(probe);
        try
        {
            foreach (var folder in OwnFolders().Concat(changing.Select(NearestFolder)).Append(layout.Root).Distinct(StringComparer.Ordinal))
                Try(probe, folder);
            RunningMark.Require(layout);
        }
        finally
        {
            files.DeleteFile(probe);
        }
    }

    internal static IEnumerable<RelativePath> ChangingBy(UpdatePlan plan) =>
        plan.Steps.Fetch.Select(file => file.Target).Concat(plan.Steps.Drop.Select(file => file.Path))
            .Concat(plan.Steps.FoldersToCreate).Concat(plan.Steps.FoldersToRemove);

    private IEnumerable<string> OwnFolders() =>
        new[] { layout.Staging, layout.Swaps, layout.Backups }
            .SelectMany(folder => InnerFolders(folder).Prepend(folder))
            .Where(folder => files.Stat(folder) is { Kind: FileKind.Directory });

    /// <summary>What an earlier try left in staging is gone on with.</summary>
    private IEnumerable<string> InnerFolders(string folder) =>
        folder == layout.Staging && files.Stat(folder) is { Kind: FileKind.Directory } ? files.List(folder) : [];

    private void Create(string probe)
    {
        try
        {
            if (files.Stat(layout.Own) is null)
                files.CreateDirectory(layout.Own);
            Clear(probe);
            files.CreateNew(probe, mode: null).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused(layout.Own, failure);
        }
    }

    private void Try(string probe, string folder)
    {
        var there = Path.Join(folder, ProbeName);
        try
        {
            Clear(there);
            files.Rename(probe, there);
            files.Rename(there, probe);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused(folder, failure);
        }
    }

    private void Clear(string probe)
    {
        if (files.Stat(probe) is not null)
            files.DeleteFile(probe);
    }

    private string NearestFolder(RelativePath path)
    {
        for (var folder = path.Parent; folder is { } here; folder = here.Parent)
        {
            if (files.Stat(here.Under(layout.Root)) is { Kind: FileKind.Directory })
                return here.Under(layout.Root);
        }

        return layout.Root;
    }

    private static InstallException Refused(string folder, Exception failure) => new(
        $"\"{folder}\" can't be updated: {failure.Message} {WhatToDo} All of it has to lie on one volume. Nothing was fetched and nothing changed.", failure);
}
