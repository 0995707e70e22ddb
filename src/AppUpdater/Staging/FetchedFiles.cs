using AppUpdater.Core.Disk;
using AppUpdater.Planning;

namespace AppUpdater.Staging;

/// <summary>
/// A plan's files whose bytes are all here, while the disk may still be at work on them: the server can be asked meanwhile. Once disposed,
/// nothing is at work any more.
/// </summary>
/// <param name="plan">Whose files they are.</param>
/// <param name="finishing">Their flushes.</param>
/// <param name="files">The disk.</param>
/// <param name="folder">Where they lie.</param>
/// <param name="travelled">Bytes fetched for them.</param>
internal sealed class FetchedFiles(UpdatePlan plan, StagingRoom.Finishing finishing, IDurableFiles files, string folder, long travelled) : IAsyncDisposable
{
    /// <summary>All of them, once they are on the disk.</summary>
    /// <exception cref="InstallException">The disk failed.</exception>
    internal async Task<StagedFiles> OnDiskAsync()
    {
        var staged = await finishing.AllAsync().ConfigureAwait(false);
        files.FlushDirectory(folder);
        return new StagedFiles(plan, [.. staged.OrderBy(file => file.Planned.Target)], travelled);
    }

    public async ValueTask DisposeAsync()
    {
        await finishing.SettleAsync().ConfigureAwait(false);
        finishing.Dispose();
    }
}
