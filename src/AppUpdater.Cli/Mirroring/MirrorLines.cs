using AppUpdater.Cli.Output;
using AppUpdater.Mirroring;

namespace AppUpdater.Cli.Mirroring;

/// <summary>For a pipe or a service's journal: how far a run is, at most once every few seconds. A short run says nothing.</summary>
internal sealed class MirrorLines(string title, TextWriter error, TimeProvider clock) : IMirrorListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Texts _texts = new("Mirror");
    private readonly Dictionary<RelativePath, long> _moving = [];
    private int _files;
    private int _allFiles;
    private long _bytes;
    private long _allBytes;
    private long _shown;

    public void Planned(MirrorPlan plan)
    {
        _moving.Clear();
        (_files, _bytes, _shown) = (0, 0, clock.GetTimestamp());
        _allFiles = plan.Actions.Count(action => action.Kind is MirrorActionKind.Create or MirrorActionKind.Update);
        _allBytes = plan.BytesToTransfer;
    }

    public void Happened(MirrorEvent happened)
    {
        if (happened.Path is not { } path || happened.Kind is not (MirrorEventKind.Progress or MirrorEventKind.FileDone))
            return;
        if (happened.Kind == MirrorEventKind.Progress)
        {
            _moving[path] = happened.Bytes;
        }
        else
        {
            _moving.Remove(path);
            _files++;
            _bytes += happened.Bytes;
        }

        if (clock.GetElapsedTime(_shown) < Pause)
            return;
        _shown = clock.GetTimestamp();
        error.WriteLine(_texts.Format("Progress", title, _files, _allFiles, ByteCount.Show(_bytes + _moving.Values.Sum()), ByteCount.Show(_allBytes)));
    }

    public void Ended(MirrorReport report)
    {
    }

    public void Failed(Exception failure)
    {
    }
}
