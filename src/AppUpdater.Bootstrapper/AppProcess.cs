using System.ComponentModel;
using System.Diagnostics;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;

namespace AppUpdater.Bootstrapper;

/// <summary>A child process with this process's console and streams.</summary>
internal sealed class AppProcess : IAppProcess
{
    private const int Terminate = 15; // SIGTERM

    private readonly Process _process;

    private AppProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        Ended = EndOfAsync(process);
    }

    public int Id { get; }

    public Task<int> Ended { get; }

    /// <exception cref="InstallException">The program is missing, not executable, or no program.</exception>
    internal static AppProcess Start(AppStart start)
    {
        // Full path and an argument list: no shell, no search, no quoting (CVE-2024-39698, CVE-2025-49144).
        var info = new ProcessStartInfo(start.Program)
        {
            UseShellExecute = false,
            WorkingDirectory = Directory.Exists(start.WorkingDirectory) ? start.WorkingDirectory : Path.GetDirectoryName(start.Program)!,
        };
        foreach (var argument in start.Arguments)
            info.ArgumentList.Add(argument);
        info.Environment[HeldBack.Variable] = start.HeldBack; // null takes it out
        try
        {
            return new AppProcess(Process.Start(info)!);
        }
        catch (Win32Exception e)
        {
            throw new InstallException($"{start.Program} can't be started ({e.Message}).", e);
        }
    }

    public void AskToClose()
    {
        if (OperatingSystem.IsWindows())
            _process.CloseMainWindow();
        else
            Signal(Terminate);
    }

    /// <summary>Unix: passes a signal on. A child that ended but was not waited for keeps its id, so no other process can get it.</summary>
    internal void Signal(int signal)
    {
        if (!Ended.IsCompleted)
            _ = UnixCalls.Signal(Id, signal); // it may end meanwhile: nobody is left to tell
    }

    public void Kill()
    {
        if (!Ended.IsCompleted)
            _process.Kill();
    }

    public void Dispose() => _process.Dispose();

    private static async Task<int> EndOfAsync(Process process)
    {
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode;
    }
}
