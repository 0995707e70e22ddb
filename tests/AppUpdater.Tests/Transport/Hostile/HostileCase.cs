using AppUpdater.Settings;
using AppUpdater.Testing;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>What the client wants of the server.</summary>
internal enum Wish { Stat, List, Read, ReadFromThree, LookAndReadFromThree, Upload }

/// <summary>A server that does one thing wrong, and what is to come of it.</summary>
/// <param name="Name">A sentence's end: "The server …".</param>
/// <param name="Script">Played on each connection.</param>
/// <param name="Wish">What is asked of it.</param>
/// <param name="Expected">The failure, one of these; none: it works all the same.</param>
internal sealed record HostileCase(string Name, Func<ScriptedConnection, Task> Script, Wish Wish, params Type[] Expected)
{
    internal string Scheme { get; init; } = "ftp";

    /// <summary>As the URL names it; the message must, too.</summary>
    internal string Host { get; init; } = "127.0.0.1";

    internal Func<ServerSettings, ServerSettings> Settings { get; init; } = settings => settings;

    /// <summary>In seconds. Each time-out of the client is one second.</summary>
    internal double MaxSeconds { get; init; } = 6;

    /// <summary>Allocated by client and script together, in MB.</summary>
    internal int MaxMegabytes { get; init; } = 24;

    /// <summary>In bytes, for an upload.</summary>
    internal int UploadLength { get; init; } = 6;

    public override string ToString() => Name;
}
