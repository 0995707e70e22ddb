using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Handover;

/// <summary>Finds the bootstrapper that is copied into a swap.</summary>
internal sealed class BootstrapperLocator(InstallLayout layout, IDurableFiles files, string? configured)
{
    private static string FileName => OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";

    /// <exception cref="InstallException">It is nowhere; the message names the places.</exception>
    internal string Find()
    {
        string[] places = configured is not null
            ? [configured]
            : [.. new[] { Path.Join(layout.Root, FileName), Path.Join(AppContext.BaseDirectory, FileName) }.Distinct(StringComparer.Ordinal)];
        return places.FirstOrDefault(place => files.Stat(place) is { Kind: FileKind.File })
            ?? throw new InstallException(
                $"The bootstrapper, which swaps the files once the app has ended, was not found at {string.Join(" or ", places.Select(place => $"\"{place}\""))}. "
                + "Ship it beside the app (the AppUpdater package puts it into the build output), or set UpdateOptions.Bootstrapper.");
    }
}
