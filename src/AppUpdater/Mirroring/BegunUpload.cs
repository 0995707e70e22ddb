using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Transport;

namespace AppUpdater.Mirroring;

/// <summary>
/// An upload as its mirror remembers it from before it begins: a run that is killed leaves on the server what it sent so far, and only the
/// mirror that noted it may take that away.
/// </summary>
/// <param name="Path">Of the file.</param>
/// <param name="Key">16 hex digits. Stands for mirror, size and time: neither another mirror nor another content has the same.</param>
internal readonly record struct BegunUpload(RelativePath Path, string Key)
{
    private const int Digits = 16;

    /// <summary>What it is called on the server for the time being.</summary>
    internal RelativePath Temporary => RemoteUpload.TemporaryOf(Path, Key);

    /// <param name="mark">The mirror's, see <see cref="MirrorState.Mark"/>.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="file">As it was planned.</param>
    internal static BegunUpload Of(string mark, RelativePath path, PlannedFile file) => new(path, ContentHash.Of(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{mark}\n{path}\n{file.Size}\n{file.Modified?.Utc.UtcTicks}"))).Hex[..Digits]);

    /// <summary>A mark for a mirror that has none yet.</summary>
    internal static string NewMark() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2));

    /// <summary>Whether a text can be a key, or a mark: nothing else becomes part of a name that is removed.</summary>
    internal static bool IsKey(string text) => text.Length == Digits && text.All(char.IsAsciiHexDigitLower);
}
