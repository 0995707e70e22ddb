using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>
/// Held by whoever runs a mirror again and again, also between cycles: of two, the second would run in the first one's pauses. The mirror's
/// own lock is held only while it works. Freed with the process, however it ends.
/// </summary>
internal sealed class CycleLock(MirrorPlace place, IDurableFiles files, TimeProvider clock) : IDisposable
{
    private MirrorLock? _lock;

    /// <summary>Takes it where it is not held. A folder that is not there, or can't be written, is left to the cycle, which says so.</summary>
    /// <exception cref="InstallException">Another mirror has it; the message says which.</exception>
    internal void Take()
    {
        if (_lock is not null || !Directory.Exists(place.Root))
            return;
        try
        {
            Directory.CreateDirectory(place.Own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        _lock = MirrorLock.Take(place with { Pair = NameOf(place.Id) }, files, clock);
    }

    /// <summary>Whether a mirror of these folders, either way, works just now.</summary>
    /// <exception cref="InstallException">It does; the message says which.</exception>
    internal void RequireIdle()
    {
        if (File.Exists(place.Lock))
            MirrorLock.Take(place, files, clock).Dispose();
    }

    /// <summary>Whether somebody runs this mirror again and again, or works on it just now; null where this account can't tell.</summary>
    /// <param name="own">The folder of the mirrors' state.</param>
    /// <param name="id">Of the mirror.</param>
    /// <param name="pair">Of its folders.</param>
    internal static (bool? IsInCycles, bool? IsAtWork) Look(string own, string id, string pair) =>
        (IsHeld(Path.Join(own, $"{NameOf(id)}.lock")), IsHeld(Path.Join(own, $"{pair}.lock")));

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private static string NameOf(string id) => $"{id}.cycles";

    private static bool? IsHeld(string path)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var held = LockFile.TryOpen(path, FileAccess.Read, FileShare.ReadWrite);
            return held is null;
        }
        catch (InstallException)
        {
            return null;
        }
    }
}
