using System.IO.Abstractions;

namespace AppUpdater.Settings;

/// <summary>An ini file's bytes from the disk.</summary>
internal static class IniFile
{
    /// <param name="fs">The disk.</param>
    /// <param name="file">A full path.</param>
    /// <param name="rules">What it is called and how long it may be.</param>
    /// <param name="sample">The file that shows every key.</param>
    /// <exception cref="SettingsException">It is not there.</exception>
    /// <exception cref="InstallException">It is there and can't be read.</exception>
    internal static byte[] Read(IFileSystem fs, string file, IniRules rules, string sample)
    {
        try
        {
            using var stream = fs.File.OpenRead(file);
            // One more than allowed is enough to be told too long; the rest is not worth the memory.
            var bytes = new byte[Math.Min(stream.Length, rules.MaxBytes + 1)];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException($"{rules.Origin}: not found at {file}. Put one there; {sample} shows every key.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"{rules.Origin} at {file} can't be read: {Wording.Of(failure)}", failure);
        }
    }
}
