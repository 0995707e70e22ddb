namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>A test that needs vsftpd. Without it the test is skipped, but not where CI is set: there it must not go missing unnoticed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VsftpdFactAttribute : FactAttribute
{
    public VsftpdFactAttribute()
    {
        var isCi = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
        if (VsftpdServer.Find() is null && !isCi)
            Skip = VsftpdServer.Absent;
    }
}
