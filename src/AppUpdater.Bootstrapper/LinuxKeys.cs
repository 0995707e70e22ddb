using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using AppUpdater.Core.Processes;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// A terminal that gives keys one by one and does not show them, as long as this lives. By system calls: .NET's console would leave the
/// terminal in a state that the program that takes this one's place does not expect.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxKeys : IKeys
{
    private const int Input = 0; // STDIN_FILENO
    private const int MostBytes = 64; // one key may be several: arrows, or a letter beyond ASCII

    private readonly byte[] _before;

    private LinuxKeys(byte[] before) => _before = before;

    private static bool IsOurs => TerminalCalls.ForegroundGroup(Input) == TerminalCalls.OwnGroup();

    internal static LinuxKeys? TryOpen()
    {
        // In the background, touching the terminal would stop this process (SIGTTOU).
        var before = new byte[TerminalCalls.SettingsSize];
        if (!IsOurs || TerminalCalls.GetSettings(Input, before) != 0)
            return null;
        var single = before.ToArray();
        var flags = MemoryMarshal.Read<int>(single.AsSpan(TerminalCalls.LocalFlags));
        MemoryMarshal.Write(single.AsSpan(TerminalCalls.LocalFlags), flags & ~TerminalCalls.LineByLine);
        if (TerminalCalls.SetSettings(Input, TerminalCalls.Now, single) != 0)
            return null;
        var keys = new LinuxKeys(before);
        if (!HasInput())
            return keys;
        keys.Dispose();
        return null;
    }

    public bool IsPressed()
    {
        if (!IsOurs || !HasInput())
            return false;
        Span<byte> key = stackalloc byte[MostBytes];
        return TerminalCalls.Read(Input, key, key.Length) > 0;
    }

    public void Dispose()
    {
        if (IsOurs)
            _ = TerminalCalls.SetSettings(Input, TerminalCalls.Now, _before); // a terminal that is gone needs nothing back
    }

    private static bool HasInput()
    {
        var polled = new TerminalCalls.Polled { Descriptor = Input, Asked = TerminalCalls.CanRead };
        return TerminalCalls.Poll(ref polled, 1, 0) == 1 && polled.Found == TerminalCalls.CanRead;
    }
}
