using AppUpdater.Releases;
using Microsoft.Win32.SafeHandles;

namespace AppUpdater.Cli.Publishing;

/// <summary>Reads a build's files blob by blob.</summary>
internal static class BuildFiles
{
    /// <summary>The blob that begins at an offset.</summary>
    /// <exception cref="InstallException">The file ends before.</exception>
    internal static ReadOnlySpan<byte> Read(SafeFileHandle handle, byte[] buffer, long offset, BuildFile file)
    {
        var length = (int)Math.Min(file.Size - offset, ManifestBlob.MaxSize);
        for (var count = 0; count < length;)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(count, length - count), offset + count);
            if (read == 0)
                throw Changed(file.Source);
            count += read;
        }

        return buffer.AsSpan(0, length);
    }

    internal static InstallException Changed(string path) =>
        new($"{path} changed while it was published. Nothing was released; let nothing write to the build and run it again.");
}
