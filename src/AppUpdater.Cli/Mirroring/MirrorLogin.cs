using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;

namespace AppUpdater.Cli.Mirroring;

/// <summary>Completes a job that was read: its password.</summary>
internal static class MirrorLogin
{
    /// <exception cref="InstallException">The file for the password is not there, or can't be read.</exception>
    internal static MirrorJob Complete(ReadMirrorJob read, SecretPrompt prompt, Screen screen)
    {
        var options = read.Job.Options;
        var account = new ServerAccount(options.Url) { User = options.User, PasswordFile = read.PasswordFile, CaFile = options.CaFile, Fingerprint = options.Fingerprint };
        if (account.Location().Password is not null)
            screen.Note(new Texts("Mirror").Format("PasswordInUrl", SecretPrompt.PasswordVariable));
        var password = options.Password ?? account.Open(prompt).Password?.Reveal();
        return read.Job with { Options = options with { Password = password } };
    }
}
