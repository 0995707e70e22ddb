using AppUpdater.Core.Disk;

namespace AppUpdater.Tests.Staging;

/// <summary>A disk whose flush of a file fails.</summary>
internal sealed class FailingFlush(IDurableFiles inner) : WrappedDisk(inner)
{
    public override void FlushFile(string path) => throw new IOException($"Flushing {path} failed");
}
