namespace AppUpdater.SwapMatrix.Linux.Faults;

/// <summary>One fault at one place. <paramref name="Exactly"/> says which, for a failure's report.</summary>
/// <param name="Step">The row's step.</param>
/// <param name="Cut">The row's kind of fault.</param>
/// <param name="Exactly">The very fault.</param>
/// <param name="ProblemAsync">Tries it in a folder of its own; null where all is well.</param>
internal sealed record FaultCase(string Step, string Cut, string Exactly, Func<string, CancellationToken, Task<string?>> ProblemAsync)
{
    /// <summary>What a case says that did not come to its fault: threads share out their work anew in each run.</summary>
    internal const string NotMet = "not met";

    /// <summary>Tries it. A case that can't be run is a failure.</summary>
    internal async Task<MatrixCase> TryAsync(string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        string? problem;
        try
        {
            problem = await ProblemAsync(folder, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            problem = $"the case could not be run: {e.Message}";
        }

        if (problem == NotMet)
            return new MatrixCase(Step, "no fault, the call was not made", Failure: null);
        return new MatrixCase(Step, Cut, problem is null ? null : $"{Exactly}: {problem}");
    }
}
