using System.Collections.Concurrent;
using System.IO.Abstractions;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Planning;

namespace AppUpdater.Staging;

/// <summary>What every way of fetching does before the first byte and after the last: room, and files that are on the disk before they count.</summary>
internal sealed class StagingRoom(IFileSystem fileSystem, IDurableFiles files, StagingFolder folder)
{
    // Flushes that wait together share the file system's next commit: on a busy disk a thousand files wait for 30 of them, not for 125.
    private const int FlushesAtOnce = 32;

    // Below this, making the file twice costs more than it secures: the look at the free space covers the small ones.
    private const long ReservedFrom = 1024 * 1024;

    internal void MakeReady(UpdatePlan plan)
    {
        try
        {
            folder.Open(plan);
            DiskSpace.Check(fileSystem, plan, folder.BytesHere(plan));
            foreach (var file in plan.Steps.Fetch.Where(file => file.File.Size >= ReservedFrom))
            {
                if (files.Stat(folder.DoneOf(plan, file.File)) is null && folder.PartOf(plan, file.File) is var part && files.Stat(part) is null)
                    PartFile.Reserve(part, file.File.Size);
            }
        }
        catch (IOException failure)
        {
            throw DiskSpace.Explain(failure, folder.PathFor(plan));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new InstallException($"\"{folder.PathFor(plan)}\" can't be written: {failure.Message} Check the permissions of the install.", failure);
        }
    }

    /// <summary>The hash of a file that an earlier run finished, or null where there is none of that size.</summary>
    internal async Task<StagedFile?> FindDoneAsync(FileToFetch file, string done, CancellationToken ct)
    {
        if (files.Stat(done) is not { Kind: FileKind.File } facts || facts.Length != file.File.Size)
            return null;
        var stream = files.OpenRead(done);
        await using (stream.ConfigureAwait(false))
            return new StagedFile(file, done, await ContentHash.OfAsync(stream, ct).ConfigureAwait(false), facts.Modified);
    }

    /// <summary>One fetch: where it fails, no flush is at work any more.</summary>
    /// <param name="plan">What is fetched.</param>
    /// <param name="fetch">Gives every file to the flushes as it becomes whole; the bytes that travelled.</param>
    internal async Task<FetchedFiles> FetchAsync(UpdatePlan plan, Func<Finishing, Task<long>> fetch)
    {
#pragma warning disable CA2000 // what is returned owns it
        var finishing = new Finishing(files);
#pragma warning restore CA2000
        try
        {
            return new FetchedFiles(plan, finishing, files, folder.PathFor(plan), await fetch(finishing).ConfigureAwait(false));
        }
        catch
        {
            await finishing.SettleAsync().ConfigureAwait(false);
            finishing.Dispose();
            throw;
        }
    }

    /// <summary>Files whose flush goes on while the connections take the next ones.</summary>
    internal sealed class Finishing(IDurableFiles files) : IDisposable
    {
        private readonly ConcurrentQueue<Task<StagedFile>> _all = new();
        private readonly FlushThreads _threads = new(FlushesAtOnce);

        internal void Add(StagedFile done) => _all.Enqueue(Task.FromResult(done));

        /// <param name="file">Whose bytes they are.</param>
        /// <param name="part">Where they lie.</param>
        /// <param name="done">The name they get once they are on the disk.</param>
        /// <param name="hash">Their hash; may take its time.</param>
        /// <param name="ct">Ends the waiting for a turn.</param>
        internal void Add(FileToFetch file, string part, string done, Func<ContentHash> hash, CancellationToken ct) =>
            _all.Enqueue(Task.Factory.StartNew(() => Finish(file, part, done, hash()), ct, TaskCreationOptions.None, _threads));

        /// <summary>All of them. Whatever happened, none is at work any more afterwards.</summary>
        internal async Task<StagedFile[]> AllAsync() => await Task.WhenAll(_all).ConfigureAwait(false);

        /// <summary>Waits until none is at work.</summary>
        internal async Task SettleAsync() => await ((Task)Task.WhenAll(_all)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        public void Dispose() => _threads.Dispose();

        /// <summary>
        /// A name that ends in .done is given only to bytes that are on the disk. The time is the server's, where it knows it to the minute
        /// and FAT can hold it. With its mode set here, the swap's preparation has nothing more to flush.
        /// </summary>
        private StagedFile Finish(FileToFetch file, string part, string done, ContentHash hash)
        {
            try
            {
                DateTimeOffset? time = file.File.Modified is { } known && known.Precision <= TimeSpan.FromMinutes(1) && known.Utc.Year is >= 1980 and <= 2107
                    ? known.Utc
                    : null;
                if (time is not null || file.File.Mode is not null)
                    files.SetFacts(part, file.File.Mode, time);
                files.FlushFile(part);
                files.Rename(part, done);
                return new StagedFile(file, done, hash, files.Stat(done)!.Modified) { IsFlushed = true };
            }
            catch (IOException failure)
            {
                // After a failed flush the system may have dropped the pages and call the next flush a success: only new bytes will do.
                if (files.Stat(part) is not null)
                    files.DeleteFile(part);
                throw DiskSpace.Explain(failure, part);
            }
        }
    }
}
