using System.Collections.Immutable;
using AppUpdater.Core.Swap;

namespace AppUpdater.SwapMatrix.Linux;

/// <summary>From the calls of a whole run to the places where it is ended, so that each call is met.</summary>
internal static class KillPlan
{
    /// <summary>Distinct, in the order of the calls. Calls of two threads that agree in name, path and number have one place: the first is met.</summary>
    internal static ImmutableArray<KillAt> Of(ImmutableArray<Call> calls, bool isByName = false) =>
    [
        .. calls.Select((call, index) => Place(calls.Take(index + 1).Where(other => other.Thread == call.Thread), call, isByName)).Distinct(),
    ];

    /// <summary>Those calls that no case has met; <paramref name="met"/> has the name and path of each met call, and its place among their like.</summary>
    internal static IEnumerable<KillAt> Missed(ImmutableArray<Call> calls, IReadOnlySet<KillAt> met, bool isByName) =>
        calls.Select((call, index) => Place(calls.Take(index + 1), call, isByName)).Where(place => !met.Contains(place));

    /// <summary>A place while the swap is in this state: at 0 the first call there, towards 1 the last.</summary>
    internal static KillAt During(SwapState state, ImmutableArray<Call> calls, double where)
    {
        var journal = $"/journal-{state.ToString().ToLowerInvariant()}";
        var first = calls.TakeWhile(call => call.Paths.Length < 2 || !call.Paths[^1].EndsWith(journal, StringComparison.Ordinal)).Count() + 1;
        if (calls.Length < first)
            first = 0; // it was in this state from the start
        var last = first + calls.Skip(first).TakeWhile(call => !call.Paths[0].EndsWith(journal, StringComparison.Ordinal)).Count();
        var chosen = Math.Min(first + (int)((last - first) * where), calls.Length - 1);
        return Place(calls.Take(chosen + 1).Where(call => call.Thread == calls[chosen].Thread), calls[chosen], isByName: false);
    }

    private static KillAt Place(IEnumerable<Call> before, Call call, bool isByName)
    {
        var path = isByName ? "" : call.Paths[0];
        return new KillAt(call.Name, path, before.Count(other => other.Mentions(call.Name, path)));
    }
}
