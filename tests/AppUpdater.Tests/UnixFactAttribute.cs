namespace AppUpdater.Tests;

/// <summary>For tests that start a script of /bin/sh: skipped on Windows, and the skip is seen.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "There is no /bin/sh on Windows.";
    }
}
