using AppUpdater.Core.Disk;
using AppUpdater.Tests;

namespace AppUpdater.Bench;

/// <summary>The real disk, until so many names have been exchanged or given: then whoever works with it is cut off.</summary>
internal sealed class CuttingDisk(IDurableFiles real, int changes) : WrappedDisk(real)
{
    private int _left = changes;

    public override void Replace(string from, string to)
    {
        Count();
        base.Replace(from, to);
    }

    public override bool TryExchange(string one, string other)
    {
        Count();
        return base.TryExchange(one, other);
    }

    private void Count()
    {
        if (--_left < 0)
            throw new CutException();
    }
}

/// <summary>No failure that anything handles: the power went.</summary>
internal sealed class CutException : Exception;
