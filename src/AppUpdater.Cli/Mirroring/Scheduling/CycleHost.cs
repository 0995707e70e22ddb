using System.Security.Cryptography;
using AppUpdater.Core.Disk;

namespace AppUpdater.Cli.Mirroring.Scheduling;

/// <summary>What a mirror's cycles have around them.</summary>
/// <param name="Ended">Told the end of each cycle: what is known now, and a line for people.</param>
/// <param name="Note">Told what is worth knowing besides, a line at a time, from any thread.</param>
internal sealed record CycleHost(Action<MirrorStatus, string> Ended, Action<string> Note)
{
    internal IDurableFiles Files { get; init; } = DurableFiles.ForThisSystem();

    /// <summary>0 to 1, another each time.</summary>
    internal Func<double> Jitter { get; init; } = () => RandomNumberGenerator.GetInt32(1001) / 1000.0;
}
