using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>A test of minutes that needs a real server. Without it the test is skipped, but not where CI is set: there it must not go missing unnoticed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongServerFactAttribute : FactAttribute
{
    public LongServerFactAttribute(string server)
    {
        Server = server;
        Timeout = 600_000;
        Skip = LongFactAttribute.LeftOut ?? (ServerPrograms.IsCi ? null : ServerPrograms.Problem(server));
    }

    /// <summary>The program that must be there.</summary>
    public string Server { get; }
}
