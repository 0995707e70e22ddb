using System.Runtime.InteropServices;
using System.Text;

namespace AppUpdater.Core.Processes;

/// <summary>A process that has a file open.</summary>
/// <param name="Name">As the system shows it to people, such as a window's title or a service's name; may be empty.</param>
/// <param name="Id">The process id.</param>
internal sealed record FileHolder(string Name, int Id);

/// <summary>
/// Who has a file open: Windows' Restart Manager tells, as it tells installers. Elsewhere an open file is in nobody's way, and nobody is named.
/// </summary>
internal static class FileHolders
{
    private const int MostProcesses = 64;

    /// <summary>Empty where nobody has it open, or where the system can't tell (another user's processes, a server without the Restart Manager).</summary>
    internal static IReadOnlyList<FileHolder> Of(string path)
    {
        if (!OperatingSystem.IsWindows())
            return [];
        try
        {
            return RestartManagerCalls.Start(out var session, flags: 0, ref MemoryMarshal.GetReference(new ushort[RestartManagerCalls.KeyLength].AsSpan())) == 0
                ? List(session, path)
                : [];
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return []; // the smallest servers have none
        }
    }

    /// <summary>A sentence for a message, with a space before it: <c> It is in use by NAME (process 12).</c> Empty where nobody can be named.</summary>
    internal static string Sentence(string path)
    {
        var names = Of(path).Select(holder => holder.Name.Length > 0 ? $"{holder.Name} (process {holder.Id})" : $"process {holder.Id}").ToArray();
        return names.Length == 0 ? "" : $" It is in use by {string.Join(", ", names.Take(3))}{(names.Length > 3 ? $" and {names.Length - 3} more" : "")}.";
    }

    private static List<FileHolder> List(uint session, string path)
    {
        try
        {
            if (RestartManagerCalls.Register(session, 1, [path], 0, 0, 0, 0) != 0)
                return [];
            var infos = new byte[MostProcesses * RestartManagerCalls.InfoSize];
            var count = (uint)MostProcesses;
            return RestartManagerCalls.List(session, out _, ref count, ref infos[0], out _) == 0
                ? [.. Enumerable.Range(0, (int)Math.Min(count, MostProcesses)).Select(at => Holder(infos.AsSpan(at * RestartManagerCalls.InfoSize, RestartManagerCalls.InfoSize)))]
                : [];
        }
        finally
        {
            _ = RestartManagerCalls.End(session); // nothing was to be shut down: there is nothing to fail
        }
    }

    private static FileHolder Holder(ReadOnlySpan<byte> info)
    {
        var name = Encoding.Unicode.GetString(info.Slice(RestartManagerCalls.NameAt, RestartManagerCalls.NameSize));
        var end = name.IndexOf('\0', StringComparison.Ordinal);
        // A window's title is anybody's text, and this goes into a message.
        var shown = string.Concat((end < 0 ? name : name[..end]).Where(c => !char.IsControl(c)));
        return new FileHolder(shown, BitConverter.ToInt32(info));
    }
}

/// <summary>restartmanager.h. RM_PROCESS_INFO is read from its bytes: the id at 0, its start, then the name in UTF-16.</summary>
internal static partial class RestartManagerCalls
{
    internal const int KeyLength = 33;  // CCH_RM_SESSION_KEY + 1
    internal const int InfoSize = 668;  // sizeof(RM_PROCESS_INFO)
    internal const int NameAt = 12;     // strAppName, behind dwProcessId and ProcessStartTime
    internal const int NameSize = 512;  // (CCH_RM_MAX_APP_NAME + 1) WCHARs

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmStartSession")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Start(out uint session, int flags, ref ushort key);

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmRegisterResources", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Register(uint session, uint files, string[] paths, uint applications, nint ids, uint services, nint names);

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmGetList")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int List(uint session, out uint needed, ref uint count, ref byte infos, out uint reasons);

    [LibraryImport("rstrtmgr.dll", EntryPoint = "RmEndSession")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int End(uint session);
}
