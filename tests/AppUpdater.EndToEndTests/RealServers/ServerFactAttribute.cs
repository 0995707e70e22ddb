namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>A test that needs a real server. Without it the test is skipped, but not where CI is set: there it must not go missing unnoticed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute(string server)
    {
        Server = server;
        Timeout = 30_000;
        if (!ServerPrograms.IsCi && ServerPrograms.Problem(server) is { } problem)
            Skip = problem;
    }

    /// <summary>The program that must be there.</summary>
    public string Server { get; }
}
