using System.Globalization;

namespace AppUpdater.Cli.Output;

/// <summary>Bytes as a person reads them: powers of 1000, one decimal.</summary>
internal static class ByteCount
{
    private static readonly string[] Units = ["kB", "MB", "GB", "TB"];

    internal static string Show(long bytes)
    {
        if (bytes < 1000)
            return $"{bytes.ToString(CultureInfo.InvariantCulture)} bytes";
        var (value, unit) = (bytes / 1000.0, 0);
        while (value >= 999.95 && unit < Units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        return $"{value.ToString("0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
