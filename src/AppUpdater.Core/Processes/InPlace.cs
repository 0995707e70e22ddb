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
        var before = Environment.CurrentDirectory;
        if (workingDirectory is not null)
            Environment.CurrentDirectory = workingDirectory;
        // .NET ignores SIGPIPE, and what is ignored stays so in the other program: `app | head` would not end.
        var ignored = UnixCalls.Handle(BrokenPipe, SystemDefault);
        UnixCalls.Execute(program, [program, .. arguments, null]);
        var failure = DiskError.Last($"{program} can't be executed");
        UnixCalls.Handle(BrokenPipe, ignored);
        Environment.CurrentDirectory = before;
        throw failure;
    }
}
