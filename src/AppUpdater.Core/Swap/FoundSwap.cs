namespace AppUpdater.Core.Swap;

/// <summary>The swap that lies beside the app, read and checked. There is at most one.</summary>
internal sealed record FoundSwap(SwapHeader Header, SwapState State, string Directory)
{
    /// <summary>The bootstrapper's copy that carries out this swap, its undo and its gate.</summary>
    internal string Bootstrapper => Path.Join(Directory, OperatingSystem.IsWindows() ? "bootstrapper.exe" : "bootstrapper");

    /// <summary>Lies there once the host has said that the new version works (confirm = call).</summary>
    internal string HostConfirmation => Path.Join(Directory, "confirmed-by-host");
}

/// <summary>
/// Where a step of the swap ended. Reason: why it did not get where it was meant to, null where it did.
/// KeptFiles: what holds unknown bytes and was moved aside, as full paths: files, or a folder where a file comes back.
/// </summary>
internal sealed record SwapReport(SwapState State, string? Reason, IReadOnlyList<string> KeptFiles)
{
    /// <summary>From the first live change to the last, where this step went all the way forward.</summary>
    internal TimeSpan? Changing { get; init; }

    /// <summary>Whether it stays committed for good: what an undo would need is gone.</summary>
    internal bool IsWayBackGone { get; init; }
}
