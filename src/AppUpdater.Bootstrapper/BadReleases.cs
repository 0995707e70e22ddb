using System.IO.Abstractions;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Swap;
using AppUpdater.Releases;

namespace AppUpdater.Bootstrapper;

/// <summary>Remembers in trust.json that a release failed here, so that it is not offered again. Called with the lock held.</summary>
internal sealed class BadReleases(Workbench bench)
{
    /// <summary>Null, or what to say where it can't be remembered.</summary>
    internal string? Remember(SwapHeader header)
    {
        try
        {
            var refusal = new RefusedRelease(header.Release, header.To, RefusalReason.Undone, bench.Clock.GetUtcNow());
            var record = TrustFile.Load(new FileSystem(), bench.Layout.Trust).With(refusal);
            AtomicFile.Write(bench.Files, bench.Layout.Trust, TrustFile.Write(record));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UntrustedException)
        {
            // A working app comes before a good memory: the undo goes on.
            var problem = $"That it failed can't be remembered in {bench.Layout.Trust} ({e.Message}), so it may be offered again.";
            bench.Say(problem);
            return problem;
        }
    }
}
