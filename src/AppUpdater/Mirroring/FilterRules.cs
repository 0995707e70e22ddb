using System.Collections.Immutable;
using AppUpdater.Settings;

namespace AppUpdater.Mirroring;

/// <summary>A <see cref="MirrorFilter"/>, checked and ready to be asked. Pure; safe for concurrent use.</summary>
internal sealed class FilterRules
{
    private readonly MirrorFilter _filter;
    private readonly GlobSet _include;
    private readonly GlobSet _exclude;

    /// <param name="filter">What somebody asked for.</param>
    /// <param name="own">Files that it never takes; null: none.</param>
    /// <exception cref="SettingsException">A condition makes no sense; the message names it.</exception>
    internal FilterRules(MirrorFilter filter, OwnFiles? own = null)
    {
        foreach (var pattern in filter.Include.Concat(filter.Exclude))
            RequireGlob(pattern);
        if (filter.Extensions.Concat(filter.ExcludeExtensions).FirstOrDefault(extension => Bare(extension).Length == 0 || extension.Contains('/', StringComparison.Ordinal)) is { } odd)
            throw new SettingsException($"\"{odd}\" is no extension. Write it as .max or max.");
        if (filter is { MinSize: < 0 } or { MaxSize: < 0 } || filter.MinSize > filter.MaxSize)
            throw new SettingsException($"No file has at least {filter.MinSize} and at most {filter.MaxSize} bytes. Correct the sizes of the filter.");
        if (filter.NewerThan >= filter.OlderThan)
            throw new SettingsException($"No file is newer than {filter.NewerThan:u} and older than {filter.OlderThan:u}. Correct the times of the filter.");
        if (filter.Depth < 1)
            throw new SettingsException($"A depth of {filter.Depth} takes in nothing; 1 is the folder itself.");
        _filter = filter;
        Own = own ?? OwnFiles.None;
        _include = new GlobSet(filter.Include);
        _exclude = new GlobSet(filter.Exclude);
    }

    /// <summary>The host's logs.</summary>
    internal OwnFiles Own { get; }

    /// <summary>Folders are mirrored for their own sake, too, where no condition asks something of files.</summary>
    internal bool TakesEmptyFolders => _filter is
    {
        Include.IsEmpty: true, Extensions.IsEmpty: true, NewerThan: null, OlderThan: null, MinSize: null, MaxSize: null,
    };

    /// <exception cref="SettingsException">It is no glob.</exception>
    internal static void RequireGlob(string pattern)
    {
        if (GlobSet.Problem(pattern) is { } problem)
            throw new SettingsException($"The filter can't be used: {problem}.");
    }

    /// <param name="path">The file's.</param>
    /// <param name="size">In bytes; null is not known and fits no condition on sizes.</param>
    /// <param name="modified">Null is not known and fits no condition on times.</param>
    internal bool Takes(RelativePath path, long? size, DateTimeOffset? modified)
    {
        if (_filter.Depth is { } depth && Segments(path) > depth)
            return false;
        if ((_filter.MinSize is { } min && !(size >= min)) || (_filter.MaxSize is { } max && !(size <= max)))
            return false;
        if ((_filter.NewerThan is { } newer && !(modified >= newer)) || (_filter.OlderThan is { } older && !(modified < older)))
            return false;
        return TakesName(path) && !Own.Has(path);
    }

    /// <summary>Whether there may be something in a folder that the filter takes.</summary>
    internal bool Enters(RelativePath folder) =>
        (_filter.Depth is not { } depth || Segments(folder) < depth) && !_exclude.MatchesAllBelow(folder);

    private bool TakesName(RelativePath path)
    {
        if (!_filter.Extensions.IsEmpty && !HasOne(path, _filter.Extensions))
            return false;
        return !HasOne(path, _filter.ExcludeExtensions) && (_filter.Include.IsEmpty || _include.Matches(path)) && !_exclude.Matches(path);
    }

    private static bool HasOne(RelativePath path, ImmutableArray<string> extensions) =>
        extensions.Any(extension => path.Name.EndsWith("." + Bare(extension), StringComparison.OrdinalIgnoreCase));

    private static string Bare(string extension) => extension.TrimStart('.');

    private static int Segments(RelativePath path) => path.Value.Count(c => c == '/') + 1;
}
