namespace AppUpdater.SwapMatrix;

/// <summary>Counts cases by platform, step and cut, in the order in which the rows first came.</summary>
internal sealed class MatrixTable
{
    private readonly List<(string Platform, string Step, string Cut)> _order = [];
    private readonly Dictionary<(string Platform, string Step, string Cut), (int Cases, int Failures)> _rows = [];

    internal int Cases => _rows.Values.Sum(row => row.Cases);

    internal int Failures => _rows.Values.Sum(row => row.Failures);

    internal void Add(string platform, MatrixCase tried)
    {
        var key = (platform, tried.Step, tried.Cut);
        if (!_rows.TryGetValue(key, out var row))
            _order.Add(key);
        _rows[key] = (row.Cases + 1, row.Failures + (tried.Failure is null ? 0 : 1));
    }

    /// <summary>The table as Markdown has it.</summary>
    internal IEnumerable<string> Lines()
    {
        yield return "| platform | step | cut | cases | failures |";
        yield return "|---|---|---|---:|---:|";
        foreach (var key in _order)
            yield return string.Create(null, $"| {key.Platform} | {key.Step} | {key.Cut} | {_rows[key].Cases:N0} | {_rows[key].Failures:N0} |");
    }

    /// <summary>The same in few rows, platform by step, so that the README can quote it.</summary>
    internal IEnumerable<string> Summary()
    {
        yield return "| platform | step | cases | failures |";
        yield return "|---|---|---:|---:|";
        foreach (var row in _order.GroupBy(key => (key.Platform, key.Step)))
        {
            var (cases, failures) = (row.Sum(key => _rows[key].Cases), row.Sum(key => _rows[key].Failures));
            yield return string.Create(null, $"| {row.Key.Platform} | {row.Key.Step}, {row.Count()} {(row.Count() == 1 ? "kind" : "kinds")} of cut | {cases:N0} | {failures:N0} |");
        }
    }
}
