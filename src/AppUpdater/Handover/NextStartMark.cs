using System.Text;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Processes;

namespace AppUpdater.Handover;

/// <summary>
/// <c>at-next-start</c> in a pending swap's folder: the swap waits for the app's next start. With <c>relaunch = supervisor</c> it is empty.
/// Else it names the bootstrapper that was started for the swap, and counts once that has ended: a supervisor that kills the process group
/// with the host, or a session that ends, took it along, and an app that updates at each start would go round for ever.
/// </summary>
internal sealed record NextStartMark(ProcessIdentity? Bootstrapper)
{
    private const int MaxBytes = 64;

    internal static string PathIn(string swapDirectory) => Path.Join(swapDirectory, "at-next-start");

    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal void Write(IDurableFiles files, string swapDirectory) =>
        AtomicFile.Write(files, PathIn(swapDirectory), Encoding.ASCII.GetBytes(Bootstrapper?.ToString() ?? ""));

    /// <summary>Takes the mark away; null where none lies there, or where its bootstrapper is still at it.</summary>
    /// <exception cref="IOException">It can't be read or deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read or deleted.</exception>
    internal static NextStartMark? Take(IDurableFiles files, string swapDirectory)
    {
        var path = PathIn(swapDirectory);
        if (files.Stat(path) is not { Kind: FileKind.File })
            return null;
        var mark = new NextStartMark(ProcessIdentity.Parse(Read(files, path)));
        if (mark.Bootstrapper is { } bootstrapper && bootstrapper.IsAlive())
            return null;
        files.DeleteFile(path);
        return mark;
    }

    private static string Read(IDurableFiles files, string path)
    {
        using var stream = files.OpenRead(path);
        Span<byte> text = stackalloc byte[MaxBytes];
        return Encoding.ASCII.GetString(text[..stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)]);
    }
}
