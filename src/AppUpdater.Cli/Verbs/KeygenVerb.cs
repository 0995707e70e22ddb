using System.CommandLine;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Publishing;

namespace AppUpdater.Cli.Verbs;

/// <summary>Makes a publisher's keys.</summary>
internal sealed record KeygenVerb(CommonOptions Common, string Folder)
{
    private static readonly Option<string> OutOption = new("--out")
    {
        Description = "The folder for the four files; made where it is not there.", HelpName = "DIR", DefaultValueFactory = _ => "keys",
    };

    internal static Command Create(Screen screen)
    {
        var command = new Command(
            "keygen",
            $"Makes the keys that sign releases: publisher.key and publisher.pub, and a recovery pair. The passphrase is asked for, or taken from {SecretPrompt.PassphraseVariable}. "
            + "Nothing is overwritten.");
        command.Add(OutOption);
        CommonOptions.AddOutputTo(command);
        command.SetAction((parsed, ct) =>
            Task.FromResult(new KeygenVerb(CommonOptions.From(parsed), Path.GetFullPath(parsed.GetRequiredValue(OutOption))).Run(screen, SecretPrompt.OfThisProcess(screen, ct))));
        return command;
    }

    private int Run(Screen screen, SecretPrompt prompt)
    {
        string[] names = ["publisher.key", "publisher.pub", "recovery.key", "recovery.pub"];
        if (names.Select(name => Path.Join(Folder, name)).FirstOrDefault(Path.Exists) is { } there)
            throw new InstallException($"{there} is there already; keys are never overwritten. Choose another folder with --out, or move it away.");
        var passphrase = prompt.NewPassphrase();
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Folder);
        else
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var publisher = PrivateKeyFile.Create(Path.Join(Folder, names[0]), Path.Join(Folder, names[1]), passphrase);
        var recovery = PrivateKeyFile.Create(Path.Join(Folder, names[2]), Path.Join(Folder, names[3]), passphrase);
        if (Common.Json)
        {
            var paths = names.Select(name => Path.Join(Folder, name)).ToArray();
            screen.Write(new KeygenResult(paths[0], paths[1], publisher.Id, paths[2], paths[3], recovery.Id), PublishJson.Readable.KeygenResult);
        }
        else
        {
            screen.Say($"""
                {Folder}: publisher.key and publisher.pub ({publisher.Id}), recovery.key and recovery.pub ({recovery.Id}).

                publisher.key signs every release: keep it on the machine that publishes, or in your CI's secret store with the passphrase as another secret,
                never on the server, in the app or in its repository. recovery.key is for the day publisher.key is lost or stolen: move it off this machine
                now, to two USB sticks in two places, with the passphrase on paper; it alone can put new keys in force, with appupdater rotate. Without it and without
                publisher.key, installs can never be updated again. The two .pub files are no secrets: ship them with the app, in a folder keys beside it.

                dato.ini of the app:

                [trust]
                keys     = keys/publisher.pub
                recovery = keys/recovery.pub
                """);
        }

        return ExitCodes.Done;
    }
}
