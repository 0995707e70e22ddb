namespace AppUpdater.Tests.Core.Simulation;

/// <summary>
/// What may be left when it ends at this instant: all legal outcomes while they are few, else the plain ones, each change alone lost
/// or alone kept, the latest first, and a sample by a fixed seed up to the bound.
/// </summary>
internal static class CrashOutcomes
{
    internal const string Killed = "killed";

    internal static IEnumerable<(string Name, SimulatedDisk Disk)> Of(SimulatedDisk disk, int bound, int seed)
    {
        yield return (Killed, disk.AfterKill());
        var dirty = disk.Dirty().ToArray();
        var free = Enumerable.Range(0, disk.Pending.Count).Where(index => !disk.Pending[index].IsDurable).ToArray();
        var chosen = Choices(free.Length, [.. dirty.Select(disk.WaysToRemain)], bound, seed);
        foreach (var choice in chosen)
        {
            var names = choice.Names;
            var left = disk.AfterPowerCut(
                index => names[Array.IndexOf(free, index)], node => choice.Remains[Array.IndexOf(dirty, node)]);
            yield return ($"power cut, kept [{string.Join(',', names.Select(kept => kept ? 1 : 0))}], remains [{string.Join(',', choice.Remains)}]", left);
        }
    }

    private static IEnumerable<(bool[] Names, int[] Remains)> Choices(int names, int[] ways, int bound, int seed)
    {
        var total = ways.Aggregate(Math.Pow(2, names), (product, way) => product * way);
        return total <= bound ? All(names, ways, (int)total) : Sample(names, ways, bound, seed);
    }

    private static IEnumerable<(bool[] Names, int[] Remains)> All(int names, int[] ways, int total)
    {
        for (var number = 0; number < total; number++)
        {
            var rest = number;
            var kept = new bool[names];
            for (var index = 0; index < names; index++, rest /= 2)
                kept[index] = rest % 2 == 1;
            var remains = new int[ways.Length];
            for (var index = 0; index < ways.Length; index++)
            {
                remains[index] = rest % ways[index];
                rest /= ways[index];
            }

            yield return (kept, remains);
        }
    }

    private static IEnumerable<(bool[] Names, int[] Remains)> Sample(int names, int[] ways, int bound, int seed)
    {
        var random = new Random(seed);
        int[] Remains() => [.. ways.Select(way => random.Next(way))];
        bool[] Every(Func<int, bool> kept) => [.. Enumerable.Range(0, names).Select(kept)];
        yield return (Every(_ => false), Remains());
        yield return (Every(_ => true), Remains());
        var count = 2;
        for (var index = names - 1; index >= 0 && count + 2 <= bound; index--, count += 2)
        {
            var only = index;
            yield return (Every(other => other == only), Remains());
            yield return (Every(other => other != only), Remains());
        }

        for (; count < bound; count++)
            yield return (Every(_ => random.Next(2) == 0), Remains());
    }
}
