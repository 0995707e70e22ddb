namespace AppUpdater.EndToEndTests.BadInput;

/// <summary>
/// A test that mounts a small volume, which takes root on Linux. Without it the test is skipped, but not where CI is set: there it must
/// not go missing unnoticed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    public TmpfsFactAttribute()
    {
        var isCi = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        if (!isCi && !(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && SmallDisk.MayMount()))
            Skip = "Mounting a small volume takes root on Linux, and the right to mount.";
    }
}
