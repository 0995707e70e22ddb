using System.Collections.Immutable;
using Microsoft.Extensions.FileSystemGlobbing;

namespace AppUpdater.Settings;

/// <summary>
/// Patterns of paths, as <c>protect</c> and <c>exclude</c> list them, compared without case: <c>*</c> is any part of a name,
/// <c>**</c> any number of folders. A pattern without a slash matches a name at any depth, as in .gitignore; one with a slash starts at
/// the top. A pattern that matches a folder takes in everything below it.
/// </summary>
internal sealed class GlobSet
{
    // No path may hold it, so only a pattern that takes everything matches it.
    private const string AnyName = "\u0001";

    private readonly Matcher _matcher = new(StringComparison.OrdinalIgnoreCase);
    private readonly bool _isEmpty;

    /// <param name="patterns">Patterns without a <see cref="Problem"/>.</param>
    internal GlobSet(ImmutableArray<string> patterns)
    {
        _isEmpty = patterns.IsEmpty;
        foreach (var pattern in patterns.Select(Normalized))
        {
            var anchored = pattern.Contains('/', StringComparison.Ordinal) ? pattern.TrimStart('/') : $"**/{pattern}";
            var folderOnly = anchored.EndsWith('/');
            var body = anchored.TrimEnd('/');
            if (folderOnly && !body.Contains('/', StringComparison.Ordinal) && !pattern.StartsWith('/'))
                body = $"**/{body}";
            if (!folderOnly)
                _matcher.AddInclude(body);
            if (!body.EndsWith("**", StringComparison.Ordinal))
                _matcher.AddInclude($"{body}/**");
        }
    }

    /// <summary>Whether a file is meant.</summary>
    internal bool Matches(RelativePath path) => Matches(path.Value);

    /// <summary>Whether everything below a folder is meant.</summary>
    internal bool MatchesAllBelow(RelativePath folder) => Matches($"{folder.Value}/{AnyName}");

    /// <summary>What is wrong with a pattern, or null.</summary>
    internal static Wording? Problem(string pattern)
    {
        var normalized = Normalized(pattern);
        if (normalized.Trim('/').Length == 0)
            return $"\"{pattern}\" names nothing";
        if (normalized.StartsWith('!') || normalized.Contains('?', StringComparison.Ordinal))
            return $"\"{pattern}\": only * and ** are understood";
        foreach (var segment in normalized.Trim('/').Split('/'))
        {
            if (segment is "" or "." or "..")
                return $"\"{pattern}\" has an empty, '.' or '..' segment";
            if (segment.Contains("**", StringComparison.Ordinal) && segment != "**")
                return $"\"{pattern}\": ** stands alone between slashes";
        }

        return null;
    }

    private static string Normalized(string pattern) => pattern.Replace('\\', '/');

    private bool Matches(string path) => !_isEmpty && _matcher.Match(path).HasMatches;
}
