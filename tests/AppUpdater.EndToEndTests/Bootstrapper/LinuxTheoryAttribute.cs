namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>A test whose app is a shell script. Elsewhere it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "The app of these tests is a shell script.";
    }
}
