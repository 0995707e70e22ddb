using System.Globalization;
using System.IO.Abstractions;
using System.Security.Cryptography;
using System.Text;
using AppUpdater.Core.Hashing;
using AppUpdater.Staging;

namespace AppUpdater.Mirroring;

/// <summary>
/// Names of files on their way, in a folder of their own on the destination's volume: by mirror, run of the system, path, size and time, so
/// that halves of two versions never join.
/// </summary>
internal sealed class PullParts
{
    private const string Suffix = ".part";

    private readonly MirrorSetup _setup;
    private readonly string _prefix;

    // Of a file without a time nothing is taken up that another run left: any other of its size would have the same name.
    private readonly string _timeless = RandomNumberGenerator.GetHexString(8, lowercase: true);

    internal PullParts(MirrorSetup setup) =>
        (_setup, _prefix) = (setup, $"{setup.Place.Id}-{Uptime.Name(new FileSystem(), setup.Options.Clock)}-");

    internal string Of(RelativePath path, PlannedFile file)
    {
        var time = file.Modified is { } modified ? modified.Utc.UtcTicks.ToString(CultureInfo.InvariantCulture) : _timeless;
        var key = ContentHash.Of(Encoding.UTF8.GetBytes($"{path}\n{file.Size}\n{time}")).Hex[..32];
        return Path.Join(_setup.Place.Parts, _prefix + key + Suffix);
    }

    /// <summary>Makes the folder, and removes what this mirror left there for files that nobody waits for any more.</summary>
    /// <exception cref="InstallException">It can't be made.</exception>
    internal void MakeReady(PlanDetails plan)
    {
        try
        {
            Directory.CreateDirectory(_setup.Place.Parts);
            var wanted = plan.Files.Select(file => Of(file.Key, file.Value)).ToHashSet(StringComparer.Ordinal);
            foreach (var old in _setup.Files.List(_setup.Place.Parts))
            {
                if (Path.GetFileName(old).StartsWith(_setup.Place.Id, StringComparison.Ordinal) && !wanted.Contains(old))
                    _setup.Files.DeleteFile(old);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InstallException($"{_setup.Place.Parts} can't be used: {Wording.Of(e)} Give the mirror write access to it.", e);
        }
    }
}
