using AppUpdater.Core.Disk;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Mirroring;

/// <summary>The local side of a pull: whole files take their names, folders are made, and what is gone is removed. Safe for concurrent use.</summary>
internal sealed class PullPlacing(MirrorSetup setup, MirrorRun run) : IDisposable
{
    private readonly string _root = setup.Place.Root;
    private readonly IDurableFiles _files = setup.Files;
    private readonly SemaphoreSlim _duplicates = new(1);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private DuplicateIndex? _index;

    /// <summary>Looks through the destination, where duplicates are to be found.</summary>
    internal async Task BeginAsync(MirrorPlan plan, CancellationToken ct)
    {
        if (!setup.Options.Dedupe)
            return;
        var sizes = plan.Details.Files.Values.Select(file => file.Size).ToHashSet();
        _index = new DuplicateIndex(_root, _files);
        var here = await Task.Run(() => new LocalScan(_root, new FilterRules(MirrorFilter.Everything, setup.Filter.Own), followLinks: false).Read(ct), ct).ConfigureAwait(false);
        foreach (var (path, file) in here.Files.Where(file => sizes.Contains(file.Value.Size)).OrderBy(file => file.Key))
            _index.Add(path, file.Size);
    }

    /// <summary>What lies in the way of a file, now; null: nothing.</summary>
    internal Wording? Obstacle(RelativePath path)
    {
        var look = new LocalLook(_root, _files, setup.Options.FollowLinks);
        if (look.At(path).Obstacle is { } obstacle)
            return obstacle;
        return path.Parent is { } folder && !look.Folder(folder).IsThere ? (Wording)$"The folder {folder} is not there." : null;
    }

    internal void MakeFolder(MirrorAction action)
    {
        try
        {
            var look = new LocalLook(_root, _files, setup.Options.FollowLinks);
            if (look.Folder(action.Path).Obstacle is { } obstacle)
            {
                run.Failure(action, obstacle);
                return;
            }

            _files.CreateDirectory(action.Path.Under(_root));
            Touch(action.Path);
            run.CreatedFolder(action.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            run.Failure(action, $"It can't be made: {Wording.Of(e)}");
        }
    }

    /// <summary>Gives a whole part the server's time and its name, once its bytes are on the disk.</summary>
    internal async Task PlaceAsync(MirrorAction action, KnownFile file, string part, CancellationToken ct)
    {
        // Years that FAT and ZIP can't hold are no file's.
        if (file.Remote is { Utc.Year: >= 1980 and <= 2107 } time)
            _files.SetFacts(part, mode: null, time.Utc);
        _files.FlushFile(part);
        var target = action.Path.Under(_root);
        RelativePath? twin = null;
        if (_index is { } index)
        {
            await _duplicates.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                twin = await index.FindAsync(action.Path, file.Size, file.Hash!, ct).ConfigureAwait(false);
                if (twin is { } other)
                    Link(other.Under(_root), part);
                Put(part, action.Path, target);
                index.Add(action.Path, file.Size);
            }
            finally
            {
                _duplicates.Release();
            }
        }
        else
        {
            Put(part, action.Path, target);
        }

        run.Brought(action, file with { Local = _files.Stat(target)?.Modified });
        if (twin is { } found)
            run.FoundTwin(action, found);
    }

    /// <summary>Removes what is still as it was brought.</summary>
    internal void Remove(MirrorAction action, KnownFile? known)
    {
        var full = action.Path.Under(_root);
        try
        {
            var sight = new LocalLook(_root, _files, setup.Options.FollowLinks).At(action.Path);
            if (sight is { File: null, Obstacle: null })
                run.Removed(action, wasThere: false);
            else if (action.Kind == MirrorActionKind.Remove)
                RemoveFile(action, known, sight);
            else if (_files.Stat(full) is { Kind: FileKind.Directory } && _files.List(full).Count == 0)
                RemoveFolder(action, full);
            else
                run.Left(action);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            run.Failure(action, $"It can't be removed: {Wording.Of(e)}");
        }
    }

    /// <summary>What has its name has it after a power failure, too.</summary>
    internal void Flush()
    {
        foreach (var folder in _touched)
        {
            try
            {
                _files.FlushDirectory(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                setup.Options.Logger.LogWarning("{Folder} can't be flushed: {Reason}", folder, Wording.Of(e));
            }
        }
    }

    public void Dispose() => _duplicates.Dispose();

    private void RemoveFile(MirrorAction action, KnownFile? known, LocalSight sight)
    {
        if (sight.File is { } here && known is { IsOurs: true } && here.Length == known.Size && here.Modified == known.Local)
        {
            _files.DeleteFile(action.Path.Under(_root));
            run.Removed(action, wasThere: true);
        }
        else
        {
            run.Left(action); // changed since the plan was made: no longer what was brought
        }
    }

    private void RemoveFolder(MirrorAction action, string full)
    {
        _files.DeleteDirectory(full);
        run.Removed(action, wasThere: true);
    }

    /// <summary>Puts a second name of a file in a part's place; where the volume has no links, the part stays, a copy.</summary>
    private void Link(string existing, string part)
    {
        var link = part + ".link";
        if (_files.Stat(link) is not null)
            _files.DeleteFile(link);
        if (_files.TryLink(existing, link))
            _files.Replace(link, part);
    }

    private void Put(string part, RelativePath path, string target)
    {
        _files.Replace(part, target);
        Touch(path);
    }

    private void Touch(RelativePath path)
    {
        lock (_touched)
            _touched.Add(Path.GetDirectoryName(path.Under(_root))!);
    }
}
