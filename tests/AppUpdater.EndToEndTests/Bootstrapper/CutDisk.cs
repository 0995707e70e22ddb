using AppUpdater.Core.Disk;
using AppUpdater.Tests;

namespace AppUpdater.EndToEndTests.Bootstrapper;

/// <summary>The real disk, until the first file is put at a path: then whoever works with it is cut off.</summary>
internal sealed class CutDisk(IDurableFiles real, string path) : WrappedDisk(real)
{
    public override void Rename(string from, string to)
    {
        CutAt(to);
        base.Rename(from, to);
    }

    public override void Replace(string from, string to)
    {
        CutAt(to);
        base.Replace(from, to);
    }

    public override bool TryLink(string existing, string added)
    {
        CutAt(added);
        return base.TryLink(existing, added);
    }

    private void CutAt(string target)
    {
        if (target == path)
            throw new CutException();
    }
}

/// <summary>No failure that anything handles: the power went.</summary>
public sealed class CutException : Exception;
