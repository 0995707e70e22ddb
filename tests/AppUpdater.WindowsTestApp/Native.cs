using System.Runtime.InteropServices;

namespace AppUpdater.WindowsTestApp;

internal static partial class Native
{
    [LibraryImport("kernel32.dll", EntryPoint = "LoadLibraryExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial nint Load(string file, nint reserved, uint flags);
}
