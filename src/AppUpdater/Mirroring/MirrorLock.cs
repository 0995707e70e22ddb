using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Locks;
using AppUpdater.Core.Processes;

namespace AppUpdater.Mirroring;

/// <summary>One mirror at a time of a folder and a server's folder. Freed with the process, however it ends.</summary>
internal sealed partial class MirrorLock : IDisposable
{
    private readonly FileStream _file;

    private MirrorLock(FileStream file) => _file = file;

    /// <exception cref="InstallException">Another mirror has it, and the message says which; or its file can't be made.</exception>
    internal static MirrorLock Take(MirrorPlace place, IDurableFiles files, TimeProvider clock)
    {
        if (LockFile.TryOpen(place.Lock, FileAccess.ReadWrite, FileShare.None) is not { } file)
            throw new InstallException($"{place.Root} is being mirrored already, by {Holder(place, files)}. Wait for its end, or end it.");
        try
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {clock.GetUtcNow():u}");
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush();
        }
        catch (IOException)
        {
            return new MirrorLock(file); // a full disk: the lock is held all the same, and names nobody
        }

        return new MirrorLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static Wording Holder(MirrorPlace place, IDurableFiles files)
    {
        try
        {
            using var stream = files.OpenRead(place.Lock);
            var text = new byte[200];
            var said = Encoding.UTF8.GetString(text.AsSpan(0, stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)));
            return Known().Match(said) is { Success: true, Groups: [_, var id, var machine, var time] }
                ? (Wording)$"process {id} on {machine} since {time}"
                : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows: what is held alone can't be read.
            return FileHolders.Of(place.Lock) is [var holder, ..] ? (Wording)$"process {holder.Id}" : "another process";
        }
    }

    [GeneratedRegex(@"^process (\d{1,10}) on (\P{C}{1,100}) since (\P{C}{1,40})$", RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
