using System.Buffers;
using System.Security.Cryptography;
using AppUpdater.Core.Disk;
using AppUpdater.Core.Hashing;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Staging;

/// <summary>A file on its way: appended to, hashed while written; what an earlier run left is hashed from disk first.</summary>
internal sealed class PartFile : IDisposable
{
    internal const int BufferSize = 256 * 1024;

    // COR_E_IO: what .NET says on Unix where the reservation fails (ENOSPC, EFBIG), and nowhere else; it keeps no error number.
    private const int ReservationRefused = unchecked((int)0x80131620);

    private readonly SafeFileHandle _handle;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _path;

    private PartFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Bytes written and hashed.</summary>
    internal long Length { get; private set; }

    /// <summary>
    /// Creates an empty part with its space reserved beyond the end of file (fallocate KEEP_SIZE; Windows frees it again on close),
    /// so that a full disk shows before the first byte travels.
    /// </summary>
    internal static void Reserve(string path, long size)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, size);
        }
        catch (IOException failure) when (failure.HResult == ReservationRefused)
        {
            throw new InstallException(
                $"The disk is full: there is no room for the {size} bytes of \"{path}\". Free some space and try again; what was fetched so far is kept.",
                failure);
        }
    }

    /// <summary>Opens a part where it ended; one that is longer than the file begins at zero.</summary>
    internal static PartFile Open(IDurableFiles files, string path, long size, CancellationToken ct)
    {
        if (files.Stat(path) is { Kind: not FileKind.File })
            throw new InstallException($"\"{path}\" is no plain file: somebody else put it there. Remove it and try again.");
        var part = new PartFile(path);
        try
        {
            part.Rehash(size, ct);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, Length);
        }
        catch (IOException failure)
        {
            throw DiskSpace.Explain(failure, _path);
        }

        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>What is here belongs to another file: begins at zero.</summary>
    internal void Clear()
    {
        RandomAccess.SetLength(_handle, 0);
        _hash.GetHashAndReset();
        Length = 0;
    }

    internal ContentHash Finish() => ContentHash.Finish(_hash);

    public void Dispose()
    {
        _hash.Dispose();
        _handle.Dispose();
    }

    private void Rehash(long size, CancellationToken ct)
    {
        var there = RandomAccess.GetLength(_handle);
        if (there > size)
        {
            RandomAccess.SetLength(_handle, 0);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (Length < there && RandomAccess.Read(_handle, buffer, Length) is > 0 and var read)
            {
                ct.ThrowIfCancellationRequested();
                _hash.AppendData(buffer.AsSpan(0, read));
                Length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
