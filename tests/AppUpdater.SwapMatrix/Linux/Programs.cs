using System.Reflection;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>Programs that a part needs and the system may lack.</summary>
internal static class Programs
{
    /// <summary>The command line's assembly, for <c>dotnet</c> to run.</summary>
    internal static string Cli { get; } =
        typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Cli").Value!;

    /// <summary>The name of the program where it lies in no folder of PATH, or this system is no Linux; null where all is there.</summary>
    internal static string? Missing(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return OperatingSystem.IsLinux() && folders.Any(folder => File.Exists(Path.Join(folder, program))) ? null : program;
    }
}
