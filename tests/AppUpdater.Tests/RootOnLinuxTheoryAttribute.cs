namespace AppUpdater.Tests;

/// <summary>For tests that mount a volume: skipped where that is not allowed, and the skip is seen.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootOnLinuxTheoryAttribute : TheoryAttribute
{
    public RootOnLinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Skip = "Mounting a small volume takes root on Linux.";
    }
}
