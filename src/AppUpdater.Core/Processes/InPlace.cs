using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Processes;

/// <summary>Unix: this process becomes another program, so that its id, its terminal and whoever supervises it stay.</summary>
internal static class InPlace
{
    private const int BrokenPipe = 13; // SIGPIPE
    private const nint SystemDefault = 0; // SIG_DFL

    /// <summary>
    /// Does not return where it works. Every open file closes with it, locks included. On Windows, which knows no such thing,
    /// it returns at once.
    /// </summary>
    /// <exception cref="IOException">The program can't be started, or the folder not entered.</exception>
    /// <exception cref="UnauthorizedAccessException">The program may not be executed.</exception>
    internal static void TryBecome(string program, IReadOnlyList<string> arguments, string? workingDirectory)
    {
        if (OperatingSystem.IsWindows())
            return;
        Exception? failure = null;
        var starter = new Thread(() => failure = Become(program, arguments, workingDirectory)) { Name = "in place" };
        starter.Start();
        starter.Join();
        throw failure!;
    }

    /// <summary>
    /// On a thread with a working directory of its own. While execve is under way Linux refuses new threads to all who share the caller's
    /// (EAGAIN: copy_fs in kernel/fork.c), and a runtime that is refused one aborts with "Out of memory." What has no such call, or
    /// forbids it as some containers do, is left with that rare chance.
    /// </summary>
    private static Exception Become(string program, IReadOnlyList<string> arguments, string? workingDirectory)
    {
        if (OperatingSystem.IsLinux())
            UnixCalls.Unshare(UnixCalls.WorkingDirectoryOfThread);
        string? before = null;
        nint? ignored = null;
        try
        {
            if (workingDirectory is not null)
            {
                before = Environment.CurrentDirectory;
                Environment.CurrentDirectory = workingDirectory;
            }

            // .NET ignores SIGPIPE, and what is ignored stays so in the other program: `app | head` would not end.
            ignored = UnixCalls.Handle(BrokenPipe, SystemDefault);
            UnixCalls.Execute(program, [program, .. arguments, null]);
            return DiskError.Last($"{program} can't be executed");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
        finally
        {
            if (ignored is { } handler)
                UnixCalls.Handle(BrokenPipe, handler);
            if (before is not null)
                Environment.CurrentDirectory = before;
        }
    }
}
