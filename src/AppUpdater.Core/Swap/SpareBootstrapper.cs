using AppUpdater.Core.Disk;

namespace AppUpdater.Core.Swap;

/// <summary>
/// Puts the bootstrapper of a swap back where something, such as a virus scanner, took it away: without it nobody would finish the swap.
/// Needs no lock: it only adds what is missing, and who comes second finds it there.
/// </summary>
internal sealed class SpareBootstrapper(IDurableFiles files, InstallLayout layout)
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly LiveFiles _live = new(files, layout.Root, TimeProvider.System, Thread.Sleep);

    /// <summary>
    /// The very bytes that were lost are looked for first: among the spares, and in the gate. Another bootstrapper does for a swap that has
    /// begun, which it finishes or undoes; a pending one would only fail with it.
    /// </summary>
    /// <param name="swap">Whose bootstrapper may be missing.</param>
    /// <param name="spares">Full paths of bootstrappers, of any version; those that are not there are passed over.</param>
    /// <returns>Whether a bootstrapper lies there now.</returns>
    internal bool TryPutBack(FoundSwap swap, params IEnumerable<string> spares)
    {
        try
        {
            if (files.Stat(swap.Bootstrapper) is not null)
                return true;
            var gate = new SwapFolder(files, swap.Directory).Read(swap.State).Gate;
            var found = spares.Where(spare => files.Stat(spare) is { Kind: FileKind.File }).ToArray();
            var places = swap.Header.Entry is { } entry ? found.Append(entry.Under(layout.Root)) : found;
            var source = places.FirstOrDefault(place => _live.Look(place).Has(gate)) ?? (swap.State == SwapState.Prepared ? null : found.FirstOrDefault());
            if (source is null)
                return false;
            _live.Copy(source, swap.Bootstrapper, Path.Join(swap.Directory, $"spare-{Environment.ProcessId}"), Executable);
            files.FlushDirectory(swap.Directory);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UpdateException)
        {
            // Another may have put it back meanwhile. If not, its start fails, and says that it is missing.
            return IsThere(swap);
        }
    }

    private bool IsThere(FoundSwap swap)
    {
        try
        {
            return files.Stat(swap.Bootstrapper) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
