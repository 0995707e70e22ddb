using AppUpdater.Core.Swap;

namespace AppUpdater.Tests;

/// <summary>A swap as most tests want one; each says only what is its own.</summary>
internal static class SampleSwap
{
    internal static SwapHeader Header { get; } = new()
    {
        Id = "s1",
        App = "a",
        From = "1.0",
        To = "2.0",
        Release = "r",
        Changed = ChangedFilePolicy.Overwrite,
        Entry = RelativePath.Parse("app"),
        Confirm = ConfirmMode.Alive,
        ConfirmWithin = TimeSpan.FromSeconds(30),
        IsRollback = false,
    };
}
