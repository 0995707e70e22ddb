using System.Runtime.InteropServices;

namespace AppUpdater.Bootstrapper;

/// <summary>The keys of this process's terminal, where it has one that listens to it.</summary>
internal static class Keys
{
    /// <summary>Null: no terminal, one that belongs to another program now, or something typed before, which is the app's.</summary>
    internal static IKeys? TryOpen()
    {
        if (Console.IsInputRedirected)
            return null;
        if (OperatingSystem.IsWindows())
            return Console.KeyAvailable ? null : new WindowsKeys();

        // The numbers below are those of all its processors but this one.
        return OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture != Architecture.Ppc64le ? LinuxKeys.TryOpen() : null;
    }

    private sealed class WindowsKeys : IKeys
    {
        public bool IsPressed()
        {
            if (!Console.KeyAvailable)
                return false;
            Console.ReadKey(intercept: true);
            return true;
        }

        public void Dispose()
        {
            // The console's mode was never changed.
        }
    }
}
