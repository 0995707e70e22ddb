using Microsoft.Extensions.Logging.Abstractions;

namespace AppUpdater.Transport.Doctor;

/// <summary>Picks who examines a place, by its scheme.</summary>
internal static class Doctors
{
    /// <summary>A place that can't be reached, or refuses, is a report too; only a wrong setting is thrown.</summary>
    /// <exception cref="SettingsException">The URL is wrong, or ca_file, user or password do not do.</exception>
    internal static async Task<DoctorReport> ExamineAsync(DoctorRequest request, CancellationToken ct)
    {
        var location = RemoteLocation.Parse(request.Options.Server.Url);

        // Says whether the settings do; it connects to nothing.
        var source = RemoteSources.Open(location, request.Options with { Log = NullLogger.Instance });
        await using (source.ConfigureAwait(false))
        {
            return location.Scheme switch
            {
                RemoteScheme.Folder => await new FolderDoctor(source, request).ExamineAsync(ct).ConfigureAwait(false),
                RemoteScheme.Ftp or RemoteScheme.Ftps or RemoteScheme.FtpsImplicit =>
                    await new FtpDoctor(location, request).ExamineAsync(ct).ConfigureAwait(false),
                _ => await new HttpDoctor(location, request).ExamineAsync(ct).ConfigureAwait(false),
            };
        }
    }
}
