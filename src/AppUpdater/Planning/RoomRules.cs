using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>
/// Whether every place that the release needs is free or becomes free: a file gives way to a folder, and a folder to a file, where all that
/// is there is the app's and goes. Asked last, when it is settled what goes.
/// </summary>
internal sealed class RoomRules(PlanDraft draft, Release release, InstallSettings install)
{
    /// <exception cref="InstallException">Something of the user's, or something that is no file, lies in a place; it is named.</exception>
    internal void Require()
    {
        foreach (var target in draft.Targets)
        {
            foreach (var folder in target.Folders())
                RequireFolder(folder);
            RequireFile(target);
        }

        foreach (var folder in draft.FoldersToCreate.SelectMany(folder => folder.Folders().Prepend(folder)).Distinct())
            RequireFolder(folder);
    }

    private void RequireFolder(RelativePath folder)
    {
        if (draft.Local.Occupied.Contains(folder))
            throw InTheWay(folder, "lies a link, a device or a file that is not the app's");
        if (draft.Local.Files.ContainsKey(folder) && !draft.Goes(folder))
            throw InTheWay(folder, "lies a file that stays");
    }

    private void RequireFile(RelativePath target)
    {
        if (draft.Local.Occupied.Contains(target))
            throw InTheWay(target, "lies a link or a device");
        if (!draft.Local.FoldersInTheWay.TryGetValue(target, out var folder))
            return;
        var stays = draft.Local.Files.Keys.Where(path => path.IsAtOrBelow(target)).Where(path => !draft.GoesWithoutCopy(path)).Select(path => path.Value);
        if ((folder.Stranger ?? stays.FirstOrDefault()) is { } name)
            throw InTheWay(target, name == target.Value ? "lies a folder that is not the app's" : $"lies a folder with {PathRules.Show(name)} in it, which is not the app's or was changed");
    }

    private InstallException InTheWay(RelativePath path, string what) =>
        new($"At {path.Under(install.Directory)} {what}, and release {release.Version.Version} needs the place. Move it away and update again.");
}
