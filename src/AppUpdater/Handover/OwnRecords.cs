using AppUpdater.Core.Swap;

namespace AppUpdater.Handover;

/// <summary>What a swap writes besides the app's files, as operations like any other.</summary>
internal static class OwnRecords
{
    internal static RelativePath Installed => SwapJournal.InstalledRecord;

    internal static RelativePath Version { get; } = RelativePath.Parse("version.ini");
}
