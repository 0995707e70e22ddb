using System.Runtime.Versioning;
using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Processes;

/// <summary>Input, output and error of this process, and of those that it starts.</summary>
internal static class StandardStreams
{
    private const int ReadAndWrite = 2; // O_RDWR

    /// <summary>Lets go of them: from here on they are /dev/null (dup2(2)).</summary>
    /// <exception cref="IOException">The system has no /dev/null, or no descriptor left.</exception>
    [UnsupportedOSPlatform("windows")]
    internal static void Abandon()
    {
        var nowhere = UnixCalls.Open("/dev/null", ReadAndWrite | UnixCalls.NotInherited);
        if (nowhere < 0)
            throw DiskError.Last("Opening /dev/null failed");
        for (var stream = 0; stream <= 2; stream++)
        {
            if (UnixCalls.Duplicate(nowhere, stream) < 0)
                throw DiskError.Last("Redirecting to /dev/null failed");
        }
    }
}
