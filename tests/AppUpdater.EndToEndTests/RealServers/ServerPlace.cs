using System.Diagnostics;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>Where a server listens, and what starts its program there: nothing, or <c>ip netns exec name</c>.</summary>
public sealed record ServerPlace(string Address, IReadOnlyList<string> Prefix)
{
    public static ServerPlace Here { get; } = new("127.0.0.1", []);

    internal ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        string[] command = [.. Prefix, program, .. arguments];
        return new ProcessStartInfo(command[0], command[1..]);
    }
}
