using System.Collections.Immutable;
using AppUpdater.Planning;
using AppUpdater.Releases;

namespace AppUpdater.Mirroring;

/// <summary>What a pull's plan is made from.</summary>
internal sealed record PullView(MirrorOptions Options, FilterRules Filter, MirrorState State, RemoteTree Remote, DateTimeOffset Now)
{
    /// <summary>What lies at a path here.</summary>
    internal required Func<RelativePath, LocalSight> Look { get; init; }

    /// <summary>Whether a folder is there.</summary>
    internal required Func<RelativePath, bool> HasFolder { get; init; }

    /// <summary>Files that no listing shows and that the server has all the same.</summary>
    internal IReadOnlySet<RelativePath> Hidden { get; init; } = ImmutableHashSet<RelativePath>.Empty;

    /// <summary>The largest file that the destination's volume takes; null: any.</summary>
    internal long? LargestFile { get; init; }
}

/// <summary>Compares a server's folder with what the mirror knows and with what lies here. Touches nothing.</summary>
internal sealed class PullPlanner
{
    private readonly PullView _view;
    private readonly WaitRules _waits;
    private readonly TimeComparison _times;
    private readonly IReadOnlySet<RelativePath> _twins;
    private readonly List<MirrorAction> _files = [];
    private readonly Dictionary<RelativePath, PlannedFile> _planned = [];
    private readonly HashSet<RelativePath> _inPlace = [];
    private readonly List<(RelativePath, KnownFile)> _adopt = [];
    private readonly List<RelativePath> _forget = [];
    private readonly List<MirrorFailure> _failures;
    private readonly HashSet<RelativePath> _open = [];
    private bool _isTopOpen;
    private int _unchanged;
    private int _skipped;
    private int _unsettled;

    private PullPlanner(PullView view)
    {
        _view = view;
        _waits = new WaitRules(view.Options, view.Remote, view.State.Waiting, view.Now);
        _times = FileTimes.Compare(view.State, view.Remote.Files);
        _twins = view.Options.IsCaseless ? view.Remote.Twins() : ImmutableHashSet<RelativePath>.Empty;
        _failures = [.. view.Remote.Gaps.Select(gap => new MirrorFailure(gap.Folder, gap.Reason)), .. view.Remote.Failures];
    }

    /// <summary>Files that this mirror fetched and the listing lacks: the server is asked for them before they are taken for gone.</summary>
    internal static ImmutableArray<RelativePath> Lacking(MirrorState state, RemoteTree remote, FilterRules filter) =>
        [.. state.Files.Where(file => file.Value.IsOurs && !remote.Files.ContainsKey(file.Key) && IsMeant(file.Key, file.Value, filter)).Select(file => file.Key).Order()];

    /// <summary>The plan, and what waits for the next one.</summary>
    internal static (MirrorPlan Plan, Dictionary<RelativePath, WaitingFile> Waiting) Plan(PullView view, object origin)
    {
        var planner = new PullPlanner(view);
        return (planner.Make(origin), planner._waits.Waiting);
    }

    private MirrorPlan Make(object origin)
    {
        foreach (var (path, file) in _view.Remote.Files.OrderBy(file => file.Key))
        {
            if (!_view.Filter.Takes(path, file.Size, file.Modified?.Utc))
                _skipped++;
            else if (!_waits.IsReady(path))
                Wait(path);
            else
                Compare(path, file);
        }

        var (removals, note, heldBack) = Removals();
        return new MirrorPlan([.. Folders(), .. _files, .. removals], _unchanged, _skipped)
        {
            Unsettled = _unsettled,
            Failures = [.. _failures],
            Left = note is null ? [] : [note],
            HeldBack = heldBack,
            Details = new PlanDetails
            {
                Origin = origin, Files = _planned, InPlace = _inPlace, Adopt = _adopt, Forget = _forget, Open = _open, IsTopOpen = _isTopOpen,
            },
        };
    }

    private void Compare(RelativePath path, PlannedFile file)
    {
        var known = _view.State.Files.GetValueOrDefault(path);
        var sight = _view.Look(path);
        if (_twins.Contains(path))
            Fail(path, "Another name on the server differs from it by case alone, and the folder here keeps only one. Rename one on the server.");
        else if (sight.Obstacle is { } obstacle)
            Fail(path, obstacle);
        else if (sight.File is null && _view.Options.Remember && known is { IsOurs: true } && IsAsKnown(known, file))
            LeaveAway(path);
        else if (WhyFetch(known, file, sight) is not { } why)
            Keep(path, known, file, sight.File!.Modified);
        else if (_view.LargestFile < file.Size)
            Fail(path, $"It has {file.Size} bytes, and the file system here takes files of at most {_view.LargestFile}.");
        else if (!_waits.IsSettled(path, file))
            Wait(path, isUnsettled: true);
        else
            Fetch(path, file, sight.File is null ? MirrorActionKind.Create : MirrorActionKind.Update, why);
    }

    private string? WhyFetch(KnownFile? known, PlannedFile file, LocalSight sight)
    {
        if (sight.File is not { } here)
            return "not here";
        if (here.Length != file.Size)
            return "another size here";
        if (file.Modified is not { } listed)
            return null;
        if (known?.Remote is { } before)
            return _times.Agrees(before, listed) ? null : "changed on the server";
        return FileTimes.IsLater(listed, here.Modified) ? "newer on the server" : null;
    }

    private bool IsAsKnown(KnownFile known, PlannedFile file) =>
        known.Size == file.Size && (known.Remote is not { } before || file.Modified is not { } listed || _times.Agrees(before, listed));

    private void Keep(RelativePath path, KnownFile? known, PlannedFile file, DateTimeOffset here)
    {
        _unchanged++;
        _inPlace.Add(path);
        var now = known is null || known.Size != file.Size
            ? new KnownFile(file.Size, file.Modified, here, null, IsOurs: false)
            : known with { Remote = _times.Keep(known.Remote, file.Modified) ?? known.Remote };
        if (now != known)
            _adopt.Add((path, now));
    }

    private void LeaveAway(RelativePath path)
    {
        _skipped++;
        _inPlace.Add(path);
    }

    private void Fetch(RelativePath path, PlannedFile file, MirrorActionKind kind, string why)
    {
        _files.Add(new MirrorAction(kind, path, file.Size, why));
        _planned[path] = file;
    }

    private void Fail(RelativePath path, Wording reason)
    {
        _failures.Add(new MirrorFailure(path, reason));
        Open(path);
    }

    private void Wait(RelativePath path, bool isUnsettled = false)
    {
        _skipped++;
        _unsettled += isUnsettled ? 1 : 0;
        Open(path);
    }

    private void Open(RelativePath path)
    {
        _isTopOpen = true;
        _open.UnionWith(path.Folders());
    }

    private IEnumerable<MirrorAction> Folders()
    {
        var wanted = _files.SelectMany(file => file.Path.Folders());
        if (_view.Filter.TakesEmptyFolders)
            wanted = wanted.Concat(_view.Remote.Folders.Where(folder => _view.Filter.Enters(folder) && _waits.IsFolderReady(folder)));
        return wanted.Distinct().Where(folder => !_view.HasFolder(folder)).Order()
            .Select(folder => new MirrorAction(MirrorActionKind.CreateFolder, folder, 0, "not here"));
    }

    private ChosenRemovals Removals()
    {
        if (!_view.Options.Delete)
            return new ChosenRemovals([]);
        var files = new List<(RelativePath, long)>();
        foreach (var path in Lacking(_view.State, _view.Remote, _view.Filter))
        {
            var known = _view.State.Files[path];
            var sight = _view.Look(path);
            if (sight is { File: null, Obstacle: null } && !_view.Hidden.Contains(path))
                _forget.Add(path);
            else if (sight.File is { } here && here.Length == known.Size && here.Modified == known.Local && !_view.Hidden.Contains(path))
                files.Add((path, known.Size));
        }

        Wording? doubt = !_view.Remote.IsWhole ? "the server did not list all of its folders."
            : _view.Remote.Files.Count == 0 && _view.State.Ours > 0 ? "the server lists no file at all any more."
            : null;
        var folders = _view.State.Folders.Where(folder => folder.Value && !_view.Remote.Folders.Contains(folder.Key) && _view.Filter.Enters(folder.Key) && _view.HasFolder(folder.Key));
        if (doubt is not null)
            _forget.Clear();
        return RemovalRules.Choose(files, [.. folders.Select(folder => folder.Key)], _view.State.Files.Count, _view.Options.MaxDelete, doubt);
    }

    private static bool IsMeant(RelativePath path, KnownFile known, FilterRules filter) => filter.Takes(path, known.Size, known.Remote?.Utc);
}
