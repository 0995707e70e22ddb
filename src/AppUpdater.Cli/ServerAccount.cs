using AppUpdater.Cli.Publishing;
using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Cli;

/// <summary>A server as a command line names it: where, as whom, and which certificate it may show.</summary>
internal sealed record ServerAccount(string Url)
{
    internal string? User { get; init; }

    /// <summary>A file whose first line is the password; null: it comes from elsewhere.</summary>
    internal string? PasswordFile { get; init; }

    internal string? CaFile { get; init; }

    /// <summary>64 hex digits, lower case.</summary>
    internal string? Fingerprint { get; init; }

    /// <summary>Hex digits of a certificate's SHA-256, as they are compared.</summary>
    internal static string? Digits(string? fingerprint) => fingerprint?.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();

    // The URL may hold a password.
    public override string ToString() => nameof(ServerAccount);

    /// <summary>The place, taken apart.</summary>
    /// <exception cref="SettingsException">It is no URL.</exception>
    internal RemoteLocation Location() => RemoteLocation.Parse(Url.Contains("://", StringComparison.Ordinal) ? Url : Path.GetFullPath(Url), "The URL");

    /// <summary>With its password, from the file, the URL, the environment, or whoever sits at the terminal.</summary>
    /// <exception cref="SettingsException">It is no URL.</exception>
    /// <exception cref="InstallException">The file for the password is not there, or can't be read.</exception>
    internal ServerSettings Open(SecretPrompt prompt)
    {
        var location = Location();
        var user = User ?? location.User;
        return new ServerSettings { Url = Url, User = user, Password = Password(location, user, prompt), CaFile = CaFile, Fingerprint = Fingerprint };
    }

    private Secret? Password(RemoteLocation location, string? user, SecretPrompt prompt)
    {
        if (PasswordFile is not null)
        {
            return File.Exists(PasswordFile)
                ? new Secret(File.ReadLines(PasswordFile).FirstOrDefault() ?? "")
                : throw new InstallException($"The file {PasswordFile} for the password is not there.");
        }

        return location.Password ?? (user is null || location.Scheme == RemoteScheme.Folder ? null : prompt.Password(user, location.Host));
    }
}
