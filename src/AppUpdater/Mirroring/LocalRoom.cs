namespace AppUpdater.Mirroring;

/// <summary>Keeps transfers from filling the destination's volume. Safe for concurrent use.</summary>
/// <param name="options">What is to stay free.</param>
/// <param name="root">The destination.</param>
internal sealed class LocalRoom(MirrorOptions options, string root)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _free;
    private long _asked;
    private long _coming;

    /// <summary>Something did not fit: nothing more is begun.</summary>
    internal bool IsUsedUp { get; private set; }

    /// <summary>Sets room aside for so many bytes, until they are here.</summary>
    /// <exception cref="InstallException">There is not so much.</exception>
    internal void Take(RelativePath path, long bytes)
    {
        lock (_gate)
        {
            // A file system is slow to ask for a hundred thousand files, and what is on its way is known.
            if (_asked == 0 || options.Clock.GetElapsedTime(_asked) > GoodFor || Left(bytes) < 0)
                (_free, _asked) = (options.Volume(root).Free, options.Clock.GetTimestamp());
            if (Left(bytes) is < 0 and var missing)
            {
                IsUsedUp = true;
                throw new InstallException(
                    $"{path} was not fetched: {-missing} bytes are missing on the volume of {root}, of which {options.MinFree ?? 0} are to stay free. Free some space; what is here stays and is not fetched again.");
            }

            _coming += bytes;
        }
    }

    internal void Release(long bytes)
    {
        lock (_gate)
            _coming -= bytes;
    }

    private long? Left(long bytes) => _free - _coming - bytes - (options.MinFree ?? 0);
}
