using System.Globalization;

#pragma warning disable CA2000 // the open file is the lock: it is disposed with it
namespace AppUpdater.Core.Locks;

/// <summary>One updater at a time: <c>.appupdater/lock</c>, held exclusively (flock, or a Windows share mode). Freed with the process.</summary>
internal sealed class InstallLock : IDisposable
{
    private readonly FileStream _file;

    private InstallLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or null where another process has it.</summary>
    /// <exception cref="InstallException">The lock's file can't be created or opened.</exception>
    internal static InstallLock? TryTake(InstallLayout layout)
    {
        if (LockFile.TryOpen(layout.Lock, FileAccess.ReadWrite, FileShare.None) is not { } file)
            return null;
        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
        catch (IOException)
        {
            return new InstallLock(file); // a full disk: the lock is held all the same, and names nobody
        }

        return new InstallLock(file);
    }

    /// <summary>The process that wrote its id into the lock last, for a message; null where the system does not let it be read.</summary>
    internal static int? HolderOf(InstallLayout layout)
    {
        try
        {
            // Shared for writing, .NET asks no flock: the holder is not in the way.
            using var file = new FileStream(layout.Lock, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
