using System.Globalization;
using System.Text;

namespace AppUpdater.Transport.Doctor;

/// <summary>Examines a folder or a share: whether it can be read, what it holds, and whether this user can write there.</summary>
internal sealed class FolderDoctor(IRemoteSource source, DoctorRequest request)
{
    private static readonly RelativePath VersionFile = RelativePath.Parse("version.ini");

    private static readonly byte[] Content = Encoding.ASCII.GetBytes("AppUpdater doctor");

    private static readonly DateTime SomeTime = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    internal async Task<DoctorReport> ExamineAsync(CancellationToken ct)
    {
        var clock = request.Options.Clock;
        var start = clock.GetTimestamp();
        try
        {
            var entries = new List<RemoteEntry>();
            await foreach (var entry in source.ListAsync(null, _ => false, ct).ConfigureAwait(false))
                entries.Add(entry);
            var listed = new DoctorTiming("listing", clock.GetElapsedTime(start));
            start = clock.GetTimestamp();
            var reading = await ReadAsync(entries, ct).ConfigureAwait(false);
            var read = new DoctorTiming("reading", clock.GetElapsedTime(start));
            return new DoctorReport
            {
                Place = source.Location.ToString(),
                Findings =
                [
                    new(DoctorMark.Good, "listing", string.Create(CultureInfo.InvariantCulture, $"{entries.Count} entries; sizes and times are exact.")),
                    reading,
                    FtpDiagnosis.OfVersionFile(entries.Exists(entry => entry.Path == VersionFile)),
                    .. WritingDiagnosis.Of(request.MayWrite ? Write() : null),
                ],
                Timings = [listed, read],
                Settings = [.. DatoLines.Of(new DatoFacts(source.Location, request.Options.Server))],
            };
        }
        catch (UpdateException failure)
        {
            return new DoctorReport
            {
                Place = source.Location.ToString(), Findings = [new(DoctorMark.Wrong, "listing", failure.Message)], Failure = failure,
            };
        }
    }

    private async Task<DoctorFinding> ReadAsync(List<RemoteEntry> entries, CancellationToken ct)
    {
        if (entries.Where(entry => entry.Kind == RemoteEntryKind.File).MinBy(entry => entry.Size) is not { } sample)
            return new(DoctorMark.Note, "reading", "no file here to try it with.");
        try
        {
            var stream = await source.OpenReadAsync(sample.Path, 0, null, ct).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            return new(DoctorMark.Good, "reading", "files can be read.");
        }
        catch (UpdateException failure)
        {
            return new(DoctorMark.Wrong, "reading", failure.Message, "Let the users of the app read all files below this folder.");
        }
    }

    private WritingSeen Write()
    {
        var name = DoctorRequest.TemporaryFile().Under(source.Location.Path);
        var found = new WritingSeen();
        try
        {
            File.WriteAllBytes(name, Content);
            File.SetLastWriteTimeUtc(name, SomeTime);
            found = found with { KeepsTime = File.GetLastWriteTimeUtc(name) == SomeTime };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            found = found with { Refusal = e.Message };
        }

        return Remove(name) ? found : found with { LeftBehind = name };
    }

    private static bool Remove(string name)
    {
        try
        {
            // No complaint where it is not there.
            File.Delete(name);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !File.Exists(name);
        }
    }
}
