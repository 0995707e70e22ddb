using System.Runtime.InteropServices;
using AppUpdater.Core.Disk;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Core.Processes;

/// <summary>The end of a process that is no child of this one, told by the system at once (Linux 5.3: pidfd).</summary>
internal sealed class ProcessEnd : IDisposable
{
    private const short Readable = 1; // POLLIN

    private readonly SafeFileHandle _descriptor;

    private ProcessEnd(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Null where the process is gone, or the system can't tell.</summary>
    internal static ProcessEnd? TryWatch(int process)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var descriptor = UnixCalls.WatchProcess(process);
        return descriptor < 0 ? null : new ProcessEnd(new SafeFileHandle(descriptor, ownsHandle: true));
    }

    /// <summary>Returns when the process has ended or the time is over; it may return early, so the caller looks. False: the system can't wait.</summary>
    internal bool Wait(TimeSpan atMost)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var watched = new UnixCalls.Watched { Descriptor = _descriptor.DangerousGetHandle().ToInt32(), Wanted = Readable };
        var result = UnixCalls.Poll(ref watched, 1, (int)Math.Ceiling(atMost.TotalMilliseconds));
        GC.KeepAlive(_descriptor);
        return result >= 0 || Marshal.GetLastPInvokeError() == UnixCalls.ErrorInterrupted;
    }

    public void Dispose() => _descriptor.Dispose();
}
