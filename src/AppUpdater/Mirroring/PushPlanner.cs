using System.Collections.Immutable;
using AppUpdater.Planning;
using AppUpdater.Releases;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>What a push's plan is made from. <see cref="Remote"/> is null where only the recorded state is compared.</summary>
internal sealed record PushView(MirrorOptions Options, FilterRules Filter, MirrorState State, LocalTree Local, RemoteTree? Remote, DateTimeOffset Now);

/// <summary>Compares a folder with what the mirror knows of the server, or with the server itself. Touches nothing.</summary>
internal sealed class PushPlanner
{
    private readonly PushView _view;
    private readonly TimeComparison _times;
    private readonly List<MirrorAction> _files = [];
    private readonly Dictionary<RelativePath, PlannedFile> _planned = [];
    private readonly HashSet<RelativePath> _inPlace = [];
    private readonly List<(RelativePath, KnownFile)> _adopt = [];
    private readonly List<RelativePath> _forget = [];
    private int _unchanged;
    private int _skipped;

    private PushPlanner(PushView view) =>
        (_view, _times) = (view, FileTimes.Compare(view.State, view.Remote?.Files ?? ImmutableDictionary<RelativePath, PlannedFile>.Empty));

    /// <exception cref="InstallException">The folder is suddenly empty.</exception>
    internal static void RequireSource(string folder, MirrorState state, LocalTree local)
    {
        if (local.Files.Count == 0 && state.Ours is > 0 and var sent)
        {
            throw new InstallException(
                $"{folder} has no file any more, and {sent} were sent from it: it looks as if a disk were not mounted. "
                + $"Nothing was removed from the server. If that is meant, put one file there.");
        }
    }

    internal static MirrorPlan Plan(PushView view, object origin) => new PushPlanner(view).Make(origin);

    private MirrorPlan Make(object origin)
    {
        foreach (var (path, file) in _view.Local.Files.OrderBy(file => file.Key))
        {
            if (!_view.Filter.Takes(path, file.Size, file.Modified))
                _skipped++;
            else
                Compare(path, file, _view.State.Files.GetValueOrDefault(path));
        }

        var (removals, note, heldBack) = Removals();
        var last = _files.Where(file => RankOf(file.Path) >= 0).OrderBy(file => RankOf(file.Path)).ThenBy(file => file.Path).ToList();
        bool IsFirst(MirrorAction action) => RemovalRules.IsInTheWay(action.Path, _view.Local.Files.ContainsKey, _view.Local.Folders);
        var open = _view.Local.Unstill.SelectMany(path => path.Folders()).ToHashSet();
        return new MirrorPlan(
            [.. removals.Where(IsFirst), .. Folders(), .. _files.Except(last), .. last, .. removals.Where(action => !IsFirst(action))], _unchanged, _skipped)
        {
            Unsettled = _view.Local.Unstill.Count,
            Failures = [.. _view.Local.Failures, .. (_view.Remote?.Gaps ?? []).Where(gap => gap.IsWholeFolder).Select(gap => new MirrorFailure(gap.Folder, gap.Reason))],
            Left = note is null ? [] : [note],
            HeldBack = heldBack,
            Details = new PlanDetails
            {
                Origin = origin,
                Files = _planned,
                InPlace = _inPlace,
                Adopt = _adopt,
                Forget = _forget,
                Folders = [.. _view.Remote?.Folders ?? ImmutableHashSet<RelativePath>.Empty],
                Open = open,
                IsTopOpen = _view.Local.Unstill.Count > 0,
                Last = [.. last.Select(file => file.Path)],
                Leftovers = Leftovers(),
                Verified = _view.Remote is null ? null : _view.Now,
            },
        };
    }

    private void Compare(RelativePath path, LocalFile file, KnownFile? known)
    {
        var listed = default(PlannedFile);
        var isThere = _view.Remote?.Files.TryGetValue(path, out listed) ?? known is not null;
        var why = !isThere ? "not on the server"
            : _view.Remote is null ? WhyByState(file, known!)
            : WhyByServer(file, known, listed);
        if (why is null)
            Keep(path, file, known, _view.Remote is null ? known!.Remote : listed.Modified);
        else if (_view.Local.Unstill.Contains(path))
            _skipped++;
        else
            Send(path, file, isThere ? MirrorActionKind.Update : MirrorActionKind.Create, why);
    }

    private static string? WhyByState(LocalFile file, KnownFile known) => IsAsSent(file, known) ? null : "changed here";

    private string? WhyByServer(LocalFile file, KnownFile? known, PlannedFile listed)
    {
        if (listed.Size != file.Size)
            return "another size on the server";
        if (known is not null)
        {
            return !IsAsSent(file, known) ? "changed here"
                : known.Remote is { } before && listed.Modified is { } now && !_times.Agrees(before, now) ? "changed on the server"
                : null;
        }

        // The server's own time, where it keeps no other, is that of the upload: later than the file's.
        return listed.Modified is { } time && !FileTimes.IsEarlier(time, file.Modified) ? null : "newer here";
    }

    private static bool IsAsSent(LocalFile file, KnownFile known) => known.Size == file.Size && known.Local == file.Modified;

    private void Keep(RelativePath path, LocalFile file, KnownFile? known, RemoteTime? remote)
    {
        _unchanged++;
        _inPlace.Add(path);
        var now = known is null
            ? new KnownFile(file.Size, remote, file.Modified, null, IsOurs: false)
            : known with { Remote = _times.Keep(known.Remote, remote) ?? known.Remote };
        if (now != known)
            _adopt.Add((path, now));
    }

    private void Send(RelativePath path, LocalFile file, MirrorActionKind kind, string why)
    {
        _files.Add(new MirrorAction(kind, path, file.Size, why));
        _planned[path] = new PlannedFile(file.Size, new RemoteTime(file.Modified, TimeSpan.FromTicks(1)));
    }

    /// <summary>What was begun and is not gone on with: the file is another one by now, or gone, or left out.</summary>
    private ImmutableArray<BegunUpload> Leftovers() => _view.State.Sending.Count == 0 ? []
        : [.. _view.State.Sending.Except(_planned.Select(file => BegunUpload.Of(_view.State.Mark, file.Key, file.Value))).OrderBy(upload => upload.Path)];

    private int RankOf(RelativePath path) => _view.Options.Last.IndexOf(path.Value) is >= 0 and var whole ? whole : _view.Options.Last.IndexOf(path.Name);

    private IEnumerable<MirrorAction> Folders()
    {
        var wanted = _files.SelectMany(file => file.Path.Folders());
        if (_view.Filter.TakesEmptyFolders)
            wanted = wanted.Concat(_view.Local.Folders.Where(_view.Filter.Enters));
        return wanted.Distinct().Where(folder => !(_view.Remote?.Folders.Contains(folder) ?? _view.State.Folders.ContainsKey(folder))).Order()
            .Select(folder => new MirrorAction(MirrorActionKind.CreateFolder, folder, 0, "not on the server"));
    }

    private ChosenRemovals Removals()
    {
        var files = new List<(RelativePath, long)>();
        foreach (var (path, known) in _view.State.Files.Where(file => IsGone(file.Key)).OrderBy(file => file.Key))
        {
            if (!_view.Filter.Takes(path, known.Size, known.Local))
                continue;
            if (!known.IsOurs || (_view.Remote is { IsWhole: true } && !IsAsWeLeftIt(path, known)))
                _forget.Add(path); // somebody else's by now, or gone there, too
            else
                files.Add((path, known.Size));
        }

        Wording? doubt = !_view.Local.IsWhole ? "part of the folder could not be read."
            : _view.Remote is { IsWhole: false } ? "the server did not list all of its folders."
            : null;
        if (doubt is not null)
            _forget.Clear();
        if (!_view.Options.Delete)
            return new ChosenRemovals([]);
        return RemovalRules.Choose(files, Folders([.. files.Select(file => file.Item1)]), _view.State.Files.Count, _view.Options.MaxDelete, doubt);
    }

    private bool IsGone(RelativePath path) =>
        !_view.Local.Files.ContainsKey(path) && !IsHidden(path);

    /// <summary>At or behind a link that is not followed: neither there nor gone.</summary>
    private bool IsHidden(RelativePath path) => _view.Local.Others.Contains(path) || path.Folders().Any(_view.Local.Others.Contains);

    private bool IsAsWeLeftIt(RelativePath path, KnownFile known) =>
        _view.Remote!.Files.TryGetValue(path, out var listed) && listed.Size == known.Size
        && (known.Remote is not { } before || listed.Modified is not { } now || _times.Agrees(before, now));

    /// <summary>Folders of ours that the source lacks and in which nothing stays.</summary>
    private List<RelativePath> Folders(HashSet<RelativePath> removed)
    {
        var kept = (_view.Remote?.Files.Keys ?? _view.State.Files.Keys).Where(path => !removed.Contains(path)).SelectMany(path => path.Folders()).ToHashSet();
        return [.. _view.State.Folders.Where(folder => folder.Value && !IsHidden(folder.Key) && !_view.Local.Folders.Contains(folder.Key)
            && _view.Filter.Enters(folder.Key) && !kept.Contains(folder.Key)).Select(folder => folder.Key)];
    }
}
