using System.IO.Abstractions;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Bootstrapper;

/// <summary>Remembers in trust.json that a release failed here, so that it is not offered again. Called with the lock held.</summary>
internal sealed class BadReleases(Workbench bench)
{
    internal void Remember(SwapHeader header)
    {
        try
        {
            var refusal = new RefusedRelease(header.Release, header.To, RefusalReason.Undone, bench.Clock.GetUtcNow());
            var record = TrustFile.Load(new FileSystem(), bench.Layout.Trust).With(refusal);
            AtomicFile.Write(bench.Files, bench.Layout.Trust, TrustFile.Write(record));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UntrustedException)
        {
            // A working app comes before a good memory: the undo goes on.
            bench.Log.LogError("That {Release} failed could not be remembered, it will be offered again: {Reason}", header.To, e.Message);
        }
    }
}
