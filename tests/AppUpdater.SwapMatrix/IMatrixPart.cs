namespace AppUpdater.SwapMatrix;

/// <summary>One case that was run. <see cref="Step"/> and <see cref="Cut"/> are its row in the table.</summary>
/// <param name="Step">What was going on: apply, undo, recovery…</param>
/// <param name="Cut">What happened to it: killed at rename, disk full at write…</param>
/// <param name="Failure">What was wrong afterwards, with all that is needed to run the case again; null where nothing was.</param>
internal sealed record MatrixCase(string Step, string Cut, string? Failure);

/// <summary>One kind of accident on one platform, all its cases.</summary>
internal interface IMatrixPart
{
    /// <summary>What <c>--part</c> calls it.</summary>
    string Name { get; }

    /// <summary>Where the cases run: <c>Linux</c>, <c>Windows (Wine)</c>, <c>simulated disk</c>.</summary>
    string Platform { get; }

    /// <summary>What has to be installed for it, such as <c>strace</c>; null where all is there.</summary>
    string? Missing { get; }

    /// <summary>Runs the cases and tells each as it ends. A case that can't be run is a failure, not an exception.</summary>
    IAsyncEnumerable<MatrixCase> RunAsync(MatrixOptions options, CancellationToken ct);
}
