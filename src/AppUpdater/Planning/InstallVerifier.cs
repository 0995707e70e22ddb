using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using AppUpdater.Releases;
using AppUpdater.Settings;

namespace AppUpdater.Planning;

/// <summary>Compares an install with its record, byte for byte: times and sizes prove nothing to who asks. Reads several files at once.</summary>
internal sealed class InstallVerifier(InstallEnvironment install)
{
    // Larger than any read-ahead, so that the disk is never waited for twice.
    private const int BufferSize = 1024 * 1024;

    private readonly GlobSet _protected = new(install.Settings.Install.Protect);
    private readonly ReservedPaths _reserved = new(install.Settings.Reserved);

    /// <exception cref="InstallException">Nothing was installed here, or something can't be read.</exception>
    internal async Task<VerifyReport> RunAsync(CancellationToken ct)
    {
        var record = RequireRecord(install);
        var there = Walk(ct);
        var recorded = new HashSet<string>(Names);
        var files = new List<FoundFile>();
        foreach (var (path, file) in record.Files)
        {
            recorded.Add(path.Value);
            if (there.TryGetValue(path.Value, out var facts))
                files.Add(new FoundFile(path, file, facts));
        }

        // The greatest first: the last to end is then a small one.
        files.Sort((one, other) => other.Recorded.Size.CompareTo(one.Recorded.Size));
        var wrong = new ConcurrentQueue<string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct };
        await Parallel.ForEachAsync(files, parallel, (file, token) =>
        {
            if (!IsRight(file, token))
                wrong.Enqueue(file.Path.Value);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return new VerifyReport(
            record.Version,
            [.. wrong.Order(StringComparer.Ordinal)],
            [.. recorded.Where(path => !there.ContainsKey(path)).Order(StringComparer.Ordinal)],
            [.. there.Keys.Where(path => !recorded.Contains(path) && IsForeign(path)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What is installed, as this tool remembers it.</summary>
    /// <exception cref="InstallException">It installed nothing here.</exception>
    internal static InstalledRecord RequireRecord(InstallEnvironment install) =>
        new InstalledStateReader(install).Read().Record ?? throw new InstallException(
            $"Nothing in \"{install.Layout.Root}\" was installed by an update: there is no \"{install.Layout.InstalledRecord}\" to compare with. "
            + "Update once: what lies there is then compared with the release.");

    private static StringComparer Names => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>All that is no folder, by path below the install. Links are not followed: what lies behind them is not the install's.</summary>
    private Dictionary<string, FileFacts> Walk(CancellationToken ct)
    {
        var there = new Dictionary<string, FileFacts>(Names);
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var folder))
        {
            ct.ThrowIfCancellationRequested();
            foreach (var full in install.Files.List(Path.Join(install.Layout.Root, folder)))
            {
                var path = folder.Length == 0 ? Path.GetFileName(full) : $"{folder}/{Path.GetFileName(full)}";

                // Gone since it was listed: an app may run here.
                if (path == RelativePath.OwnFolder || install.Files.Stat(full) is not { } facts)
                    continue;
                if (facts.Kind == FileKind.Directory)
                    folders.Push(path);
                else
                    there[path] = facts;
            }
        }

        return there;
    }

    private bool IsForeign(string path) =>
        !RelativePath.TryParse(path, out var checkedPath, out _) || !(_protected.Matches(checkedPath) || _reserved.ForbidFolder(checkedPath));

    private bool IsRight(FoundFile file, CancellationToken ct)
    {
        var (path, recorded, facts) = file;
        if (facts.Kind != FileKind.File || facts.Length != recorded.Size)
            return false;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(recorded.Size, 1, BufferSize));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var stream = install.Files.OpenRead(path.Under(install.Layout.Root));
            while (stream.Read(buffer) is > 0 and var read)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
            }

            return ContentHash.Finish(hash) == recorded.Hash;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"\"{path}\" in \"{install.Layout.Root}\" can't be read: {failure.Message} Check its permissions.", failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A recorded file, and what lies at its place.</summary>
    private sealed record FoundFile(RelativePath Path, InstalledFile Recorded, FileFacts Facts);
}
