using AppUpdater.Core.Swap;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>
/// What probation came to over several starts. Three starts without a verdict, as where the machine is switched off each time, are a
/// failure. Ends that somebody asked for are none; ten of them end the probation: a version that only has to stay alive did so each time
/// until it was told to go, one that has to call never did.
/// </summary>
internal sealed class ProbationRecord(Workbench bench, FoundSwap swap)
{
    internal const int MostUnjudged = 3;
    internal const int MostEndedEarly = 10;

    private readonly StartCount _count = new(bench.Files, swap.Directory);
    private StartsSoFar _starts = StartsSoFar.None;

    /// <summary>Counts the start that comes now, durably. Returns why there must be none, or null.</summary>
    internal string? Begin()
    {
        _starts = bench.Starts(swap.Header);
        if (_starts.Failure is { } failure)
            return failure;
        if (_starts.Unjudged >= MostUnjudged)
            return $"{Probation.Version(swap.Header)} did not prove itself in three starts.";
        Write(_starts with { Unjudged = _starts.Unjudged + 1 });
        return null;
    }

    /// <summary>The verdict on this start, in the light of those before.</summary>
    internal Verdict Judge(Verdict verdict)
    {
        if (verdict.Kind != VerdictKind.Open)
            return verdict;
        Write(_starts with { Unjudged = Math.Max(0, _starts.Unjudged - 1), EndedEarly = _starts.EndedEarly + 1 });
        if (_starts.EndedEarly < MostEndedEarly)
            return verdict;
        return swap.Header.Confirm == ConfirmMode.Alive
            ? new Verdict(VerdictKind.Proven, Reason: null)
            : new Verdict(VerdictKind.Failed, $"{Probation.Version(swap.Header)} ended {MostEndedEarly} times without having confirmed that it works.");
    }

    /// <summary>Whatever keeps the undo from being carried out now, the version is not started again.</summary>
    internal void Fail(string reason)
    {
        if (_starts.Failure is null)
            Write(_starts with { Failure = reason });
    }

    /// <summary>It proved itself, and that could not be made final: its starts are no longer without a verdict.</summary>
    internal void Prove() => Write(_starts with { Unjudged = 0 });

    private void Write(StartsSoFar starts)
    {
        _starts = starts;
        try
        {
            _count.Write(starts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not keep the app from starting.
            bench.Log.LogError("That {Version} is started can't be counted: {Reason}", swap.Header.To, e.Message);
        }
    }
}
