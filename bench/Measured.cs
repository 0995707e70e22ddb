namespace AppUpdater.Bench;

/// <summary>What is made of many rounds' figures, and what they are worth.</summary>
internal static class Measured
{
    internal static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    internal static string Verdict(bool isMet) => isMet ? "met" : "MISSED";

    /// <summary>Of the last minute: where more waits than there are processors, times are too long.</summary>
    internal static string Load() => OperatingSystem.IsLinux()
        ? $"load of this machine: {File.ReadAllText("/proc/loadavg").Split(' ')[0]} on {Environment.ProcessorCount} processors"
        : $"{Environment.ProcessorCount} processors; this system does not tell its load";
}
