namespace AppUpdater.EndToEndTests;

/// <summary>A test of minutes, run by a command of its own (README, "Tests"), and on every build by <c>.ci/run</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    private const string Switch = "APPUPDATER_LONG";

    /// <summary>Why the test is left out; null where it was asked for.</summary>
    internal static string? LeftOut =>
        Environment.GetEnvironmentVariable(Switch) == "1" ? null : $"Takes minutes: {Switch}=1 runs it.";

    public LongFactAttribute() => Skip = LeftOut;
}
