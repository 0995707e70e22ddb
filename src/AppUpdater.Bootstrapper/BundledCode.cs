using System.Diagnostics.CodeAnalysis;
using System.IO.Abstractions;
using System.Reflection;
using AppUpdater.Core;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// The assemblies in this file. The runtime reads one from it by name when it is first needed; once the swap is cleared away, the name is gone.
/// </summary>
internal static class BundledCode
{
    /// <summary>Loads all that this file holds: our own and our packages', and, where it is self-contained, the framework's.</summary>
    internal static void LoadAll()
    {
        Type[] needed = [typeof(IFileSystem), typeof(FileSystem), typeof(ILogger), typeof(UpdateManager), typeof(InstallLayout)];
        foreach (var type in needed)
            _ = type.Assembly.FullName;
        if (IsSelfContained)
            LoadReferences(typeof(BundledCode).Assembly, []);
    }

    /// <summary>Whether the framework, too, is in this file: then none of its assemblies is a file of its own.</summary>
    private static bool IsSelfContained => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is not string { Length: > 0 };

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A reference that trimming took away leads to nothing that could be needed.")]
    private static void LoadReferences(Assembly assembly, HashSet<string> seen)
    {
        foreach (var name in assembly.GetReferencedAssemblies().Where(name => seen.Add(name.FullName)))
        {
            if (TryLoad(name) is { } reference)
                LoadReferences(reference, seen);
        }
    }

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            return null; // trimmed away: nothing of it is called
        }
    }
}
