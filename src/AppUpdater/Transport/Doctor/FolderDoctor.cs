using System.Globalization;

namespace AppUpdater.Transport.Doctor;

/// <summary>Examines a folder or a share: whether it can be read, what it holds, and whether this user can write there.</summary>
internal sealed class FolderDoctor(IRemoteSource source, DoctorRequest request)
{
    private static readonly RelativePath VersionFile = RelativePath.Parse("version.ini");

    internal async Task<DoctorReport> ExamineAsync(CancellationToken ct)
    {
        var clock = request.Options.Clock;
        var findings = new List<DoctorFinding>();
        var start = clock.GetTimestamp();
        try
        {
            var entries = 0;
            var hasVersion = false;
            await foreach (var entry in source.ListAsync(null, _ => false, ct).ConfigureAwait(false))
            {
                entries++;
                hasVersion |= entry.Path == VersionFile;
            }

            var listed = new DoctorTiming("listing", clock.GetElapsedTime(start));
            findings.Add(new DoctorFinding(DoctorMark.Good, "listing", string.Create(CultureInfo.InvariantCulture, $"{entries} entries.")));
            findings.Add(FtpDiagnosis.OfVersionFile(hasVersion));
            findings.Add(Writing());
            return new DoctorReport
            {
                Place = source.Location.ToString(), Findings = [.. findings], Timings = [listed],
                Settings = ["[server]", $"url = {source.Location.ToString().Replace("%", "%%", StringComparison.Ordinal)}"],
            };
        }
        catch (UpdateException failure)
        {
            findings.Add(new DoctorFinding(DoctorMark.Wrong, "listing", failure.Message));
            return new DoctorReport { Place = source.Location.ToString(), Findings = [.. findings], Failure = failure };
        }
    }

    private DoctorFinding Writing()
    {
        if (!request.MayWrite)
            return FtpDiagnosis.OfWriting(WriteAccessSeen.NotTried);
        var name = Path.Join(source.Location.Path, $".appupdater-doctor-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(name);
            Directory.Delete(name);
            return FtpDiagnosis.OfWriting(WriteAccessSeen.CanWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FtpDiagnosis.OfWriting(WriteAccessSeen.CanNotWrite);
        }
    }
}
