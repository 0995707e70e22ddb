namespace AppUpdater.Tests.Architecture;

/// <summary>Shows every finding, not only that there is one.</summary>
internal static class Findings
{
    internal static void AssertNone(IEnumerable<string> findings)
    {
        var text = string.Join('\n', findings);
        Assert.True(text.Length == 0, "\n" + text);
    }
}
