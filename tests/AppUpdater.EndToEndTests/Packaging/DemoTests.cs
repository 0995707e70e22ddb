namespace AppUpdater.EndToEndTests.Packaging;

[Collection(Builds)]
public sealed class DemoTests
{
    /// <summary>Tests that build the solution's projects, one after another: they share their output.</summary>
    internal const string Builds = "Builds";

    private const int Minutes = 60_000;

    [Fact(Timeout = 6 * Minutes)]
    public async Task The_demo_of_the_README_does_what_it_claims()
    {
        using var limit = new CancellationTokenSource(6 * Minutes);

        var output = await Command.SucceedAsync("dotnet", PackedFeed.Repository, limit.Token, "run", "--project", "samples/Demo");

        Assert.Contains("claims hold", output, StringComparison.Ordinal);
    }
}
