using System.IO.Abstractions;
using AppUpdater.Settings;
using AppUpdater.Transport;
using Microsoft.Extensions.Logging;

namespace AppUpdater.Cli.Publishing;

/// <summary>Finds out whether the account that every install has in its dato.ini may write: then anybody could.</summary>
internal static class WriteTrial
{
    /// <summary>What is wrong, or null where the server refused.</summary>
    /// <exception cref="SettingsException">That dato.ini is wrong.</exception>
    /// <exception cref="UnreachableException">The server can't be reached by it.</exception>
    internal static async Task<string?> RunAsync(string dato, ILogger log, CancellationToken ct)
    {
        var settings = UpdateSettingsReader.Read(new FileSystem(), Path.GetFullPath(dato));
        var location = RemoteLocation.Parse(settings.Server.Url);
        if (location.Scheme is RemoteScheme.Http or RemoteScheme.Https)
            return null;
        await using var target = RemoteSources.OpenTarget(location, new TransportOptions { Server = settings.Server, Retries = 0, Log = log });

        // That it can read is known first, so that what is refused next is the writing.
        await target.StatAsync(PointerText.PathOf(settings.Update.Channel), ct);
        var trial = RemoteFiles.Upload(RelativePath.Parse($"write-trial-{Guid.NewGuid():N}.tmp"), [.. "AppUpdater"u8]);
        try
        {
            await target.UploadAsync(trial, ct);
        }
        catch (Exception refused) when (refused is UnreachableException { IsTransient: false } or UnauthorizedAccessException or InstallException)
        {
            return null;
        }

        await target.DeleteAsync([trial.Path], CancellationToken.None);
        return $"The account in {dato} can write to {location}. Whoever has the app has it too: give it read access only.";
    }
}
