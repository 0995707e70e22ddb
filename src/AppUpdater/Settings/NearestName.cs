namespace AppUpdater.Settings;

/// <summary>Finds what a misspelt word was probably meant to be, by edit distance (Levenshtein), case aside.</summary>
internal static class NearestName
{
    internal static string Of(string word, IEnumerable<string> known) =>
        known.MinBy(name => Distance(word.ToLowerInvariant(), name.ToLowerInvariant()))!;

    internal static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
