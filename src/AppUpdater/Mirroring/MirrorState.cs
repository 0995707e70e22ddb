using AppUpdater.Core.Hashing;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>
/// A file that both sides had: size in bytes, time at the server and here as they were then, hash where its bytes were seen.
/// <see cref="IsOurs"/>: this mirror brought it to the destination, and may take it away again.
/// </summary>
internal sealed record KnownFile(long Size, RemoteTime? Remote, DateTimeOffset? Local, ContentHash? Hash, bool IsOurs);

/// <summary>A file that was seen on the server and waits for a listing that shows it unchanged.</summary>
internal readonly record struct WaitingFile(long Size, RemoteTime? Modified, DateTimeOffset Since);

/// <summary>What a mirror knows between runs. Losing it costs a comparison and never a removal: what it does not name is nobody's to take away.</summary>
internal sealed class MirrorState
{
    /// <summary>More than any listing has.</summary>
    internal const int MaxEntries = ListingLimits.MaxEntries;

    internal Dictionary<RelativePath, KnownFile> Files { get; } = [];

    /// <summary>Folders at the destination, and whether this mirror made them.</summary>
    internal Dictionary<RelativePath, bool> Folders { get; } = [];

    internal Dictionary<RelativePath, WaitingFile> Waiting { get; set; } = [];

    /// <summary>Push: stands for this mirror in the names of what it sends.</summary>
    internal string Mark { get; set; } = BegunUpload.NewMark();

    /// <summary>Push: uploads that were begun, or were about to, and are not known to have ended.</summary>
    internal HashSet<BegunUpload> Sending { get; } = [];

    /// <summary>Push: when the server was last compared with this.</summary>
    internal DateTimeOffset? Verified { get; set; }

    /// <summary>How many files this mirror brought.</summary>
    internal int Ours => Files.Values.Count(file => file.IsOurs);

    /// <summary>Takes over what a plan found out.</summary>
    internal void Apply(PlanDetails details)
    {
        foreach (var (path, file) in details.Adopt)
            Files[path] = file;
        foreach (var path in details.Forget)
            Files.Remove(path);
        foreach (var folder in details.Folders)
            Folders.TryAdd(folder, false);
        Verified = details.Verified ?? Verified;
    }
}
