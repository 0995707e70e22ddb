using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using AppUpdater.Cli.Output;
using AppUpdater.Testing;

namespace AppUpdater.Cli.Verbs;

/// <summary>Serves a folder for a try or a test, read only, until it is told to stop.</summary>
internal sealed record ServeVerb(string Folder, FtpServerOptions Server)
{
    private static readonly Argument<string> FolderArgument = new("DIR") { Description = "The folder to serve." };

    private static readonly Option<int> Port = new("--ftp") { Description = "The port; 0 takes any that is free.", HelpName = "PORT" };

    private static readonly Option<string?> User = new("--user") { Description = "The one user let in; without, anonymous.", HelpName = "U" };

    private static readonly Option<string?> Password = new("--password") { Description = "His password; without, any.", HelpName = "P" };

    private static readonly Option<string> Bind = new("--bind")
    {
        Description = "The address to listen on. Plain FTP: nothing is encrypted.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1",
    };

    static ServeVerb()
    {
        Port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !ushort.TryParse(result.Tokens[0].Value, out _))
                result.AddError($"--ftp takes a port from 0 to 65535, not '{result.Tokens[0].Value}'.");
        });
        Bind.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
                result.AddError($"--bind takes an IP address, not '{result.Tokens[0].Value}'.");
        });
    }

    internal static Command Create(Screen screen)
    {
        var command = new Command("serve", "Serves a folder over FTP on this machine, read only, to try an update; Ctrl+C ends it.")
        {
            FolderArgument, Port, User, Password, Bind,
        };
        command.SetAction((parsed, ct) => From(parsed).RunAsync(screen, ct));
        return command;
    }

    private static ServeVerb From(ParseResult parsed) => new(
        Path.GetFullPath(parsed.GetRequiredValue(FolderArgument)),
        new FtpServerOptions
        {
            Port = parsed.GetValue(Port),
            User = parsed.GetValue(User),
            Password = parsed.GetValue(Password),
            Address = IPAddress.Parse(parsed.GetRequiredValue(Bind)),
            ReadOnly = true,
        });

    private async Task<int> RunAsync(Screen screen, CancellationToken ct)
    {
        await using var server = Start();
        screen.Say($"Serving {Folder} at {server.Url} (Ctrl+C ends).");
        // Whoever reads this through a pipe waits for the address.
        await screen.Out.FlushAsync(CancellationToken.None);
        var ended = new TaskCompletionSource();
        await using var stop = ct.Register(ended.SetResult);
        await ended.Task;
        return ExitCodes.Done;
    }

    private LoopbackFtpServer Start()
    {
        try
        {
            return LoopbackFtpServer.Start(Folder, Server);
        }
        catch (SocketException taken)
        {
            throw new InstallException($"Can't listen on {Server.Address}, port {Server.Port}: {taken.Message}. Choose another with --ftp, or 0 for any that is free.", taken);
        }
    }
}
