namespace AppUpdater.EndToEndTests.BadInput;

/// <summary>A test of what Linux alone has: modes, capabilities. Elsewhere it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "File modes and setpriv are there on Linux only.";
    }
}
