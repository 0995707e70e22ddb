namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>Another user, who needs no entry in passwd: setpriv (util-linux, on every Debian) becomes him.</summary>
internal static class OtherUser
{
    /// <summary>The command line that runs a program as him, as the very process that is started.</summary>
    internal static IEnumerable<string> Runs(string program, IEnumerable<string> arguments) =>
        ["--reuid=54321", "--regid=54321", "--clear-groups", program, .. arguments];

    internal const string Program = "setpriv";
}

/// <summary>
/// A test of two users, which takes root on Linux. Without it the test is skipped, but not where CI is set: there it must not go missing
/// unnoticed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OtherUserFactAttribute : FactAttribute
{
    public OtherUserFactAttribute()
    {
        var isCi = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        if (!isCi && !(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess))
            Skip = "Becoming another user takes root on Linux.";
    }
}
