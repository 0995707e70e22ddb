using AppUpdater.Cli.Output;
using AppUpdater.Settings;

namespace AppUpdater.Cli.Publishing;

/// <summary>Passphrases and passwords: from the environment, or asked for without showing them where somebody sits at a terminal.</summary>
/// <param name="environment">Reads a variable; null where it is not set.</param>
/// <param name="ask">Shows a question and reads an answer without echo; null where there is no terminal.</param>
/// <param name="say">Puts a question into the reader's language; null: it stays English.</param>
internal sealed class SecretPrompt(Func<string, string?> environment, Func<string, string>? ask, Func<Wording, string>? say = null)
{
    internal const string PassphraseVariable = "APPUPDATER_KEY_PASSPHRASE";
    internal const string PasswordVariable = "APPUPDATER_PASSWORD";
    private const int ShortestPassphrase = 8;

    internal static SecretPrompt OfThisProcess(Screen screen, CancellationToken ct, Func<Wording, string>? say = null) =>
        new(Environment.GetEnvironmentVariable, Console.IsInputRedirected || Console.IsErrorRedirected ? null : question => HiddenLine.Ask(question, screen, ct), say);

    internal bool CanAsk => ask is not null;

    /// <summary>The passphrase of an existing key.</summary>
    /// <exception cref="InstallException">There is neither the variable nor a terminal.</exception>
    internal string Passphrase(string file) => environment(PassphraseVariable) ?? Ask($"Passphrase of {file}: ");

    /// <summary>One for new keys; asked for twice.</summary>
    /// <exception cref="InstallException">It is too short, the two differ, or there is no way to ask.</exception>
    internal string NewPassphrase()
    {
        var chosen = environment(PassphraseVariable);
        if (chosen is null)
        {
            chosen = Ask("Passphrase for the new keys: ");
            if (Ask("The same once more: ") != chosen)
                throw new InstallException("The two passphrases differ. Nothing was written; run it again.");
        }

        return chosen.Length >= ShortestPassphrase
            ? chosen
            : throw new InstallException($"A passphrase needs at least {ShortestPassphrase} characters: whoever gets the file can try as many as he likes.");
    }

    /// <summary>Null where the environment has none and nobody can be asked: the server may want none.</summary>
    internal Secret? Password(string user, string host)
    {
        Wording question = $"Password of {user} at {host}: ";
        var password = environment(PasswordVariable) ?? ask?.Invoke(say?.Invoke(question) ?? question.ToString());
        return password is null ? null : new Secret(password);
    }

    private string Ask(string question) => ask is not null
        ? ask(question)
        : throw new InstallException($"The key's passphrase is needed and there is no terminal to ask at. Set the environment variable {PassphraseVariable}.");
}
