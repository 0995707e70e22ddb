using AppUpdater.Core;
using AppUpdater.Core.Disk;

namespace AppUpdater.Handover;

/// <summary>Finds the bootstrapper that is copied into a swap.</summary>
internal sealed class BootstrapperLocator(InstallLayout layout, IDurableFiles files, string? configured)
{
    private static string FileName => OperatingSystem.IsWindows() ? "AppUpdater.Bootstrapper.exe" : "AppUpdater.Bootstrapper";

    private string[] Candidates => configured is not null ? [configured] : Places(layout);

    private string? Place => Candidates.FirstOrDefault(place => files.Stat(place) is { Kind: FileKind.File });

    /// <summary>Where it lies unless the host says otherwise.</summary>
    internal static string[] Places(InstallLayout layout) =>
        [.. new[] { Path.Join(layout.Root, FileName), Path.Join(AppContext.BaseDirectory, FileName) }.Distinct(StringComparer.Ordinal)];

    /// <exception cref="InstallException">It is nowhere; the message names the places.</exception>
    internal string Find() => Place ?? throw new InstallException(
        $"The bootstrapper, which swaps the files once the app has ended, was not found at {string.Join(" or ", Candidates.Select(place => $"\"{place}\""))}. "
        + "Ship it beside the app (the AppUpdater package puts it into the build output), or set UpdateOptions.Bootstrapper.");

    /// <summary>Its length in bytes; 0 where it is nowhere or can't be seen.</summary>
    internal long Length()
    {
        try
        {
            return Place is { } place ? files.Stat(place)?.Length ?? 0 : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // an estimate goes without it; staging, which needs it, says why
        }
    }
}
