using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.LargeFiles;

/// <summary>
/// A long test with a file of 5 GB on a real server. Without the server or the space for it the test is skipped, but not where CI is set: there
/// it must not go missing unnoticed.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LargeFileFactAttribute : FactAttribute
{
    private const long Spare = 1L << 30;

    public LargeFileFactAttribute(string server)
    {
        Server = server;
        Timeout = 300_000;
        Skip = LongFactAttribute.LeftOut;
        if (Skip is not null || ServerPrograms.IsCi)
            return;
        if (ServerPrograms.Problem(server) is { } problem)
            Skip = problem;
        else if (new DriveInfo(Path.GetTempPath()).AvailableFreeSpace < SparseContent.Length + Spare)
            Skip = $"There is not enough space in {Path.GetTempPath()}: 6 GB are needed.";
    }

    /// <summary>The program that must be there.</summary>
    public string Server { get; }
}
