using System.CommandLine;
using System.Net.Sockets;
using AppUpdater.Cli.Output;
using AppUpdater.Cli.Serving;
using AppUpdater.Testing;

namespace AppUpdater.Cli.Verbs;

/// <summary>Serves a folder for a try or a test, read only, until it is told to stop.</summary>
internal sealed record ServeVerb(ServeOptions Options)
{
    internal static Command Create(Screen screen)
    {
        var command = new Command(
            "serve", "Serves a folder over FTP, FTP with TLS or HTTP on this machine, read only, to try an update; Ctrl+C ends it.");
        ServeOptions.AddTo(command);
        command.SetAction((parsed, ct) => new ServeVerb(ServeOptions.From(parsed)).RunAsync(screen, ct));
        return command;
    }

    private async Task<int> RunAsync(Screen screen, CancellationToken ct)
    {
        if (!Directory.Exists(Options.Folder))
            throw new InstallException($"The folder to serve, {Options.Folder}, does not exist.");
        await using var ftp = Options.Ftp is { } port ? Start("--ftp", port, FtpTlsMode.None) : null;
        await using var ftps = Options.Ftps is { } tlsPort ? Start("--ftps", tlsPort, FtpTlsMode.Explicit) : null;
        await using var http = Options.Http is { } httpPort ? await StartHttpAsync(httpPort, ct) : null;
        if (ftp is not null)
            Tell(screen, ftp.Url);
        if (ftps is not null)
            Tell(screen, ftps.Url, $" Nobody vouches for its certificate; dato.ini, [server]: fingerprint = {ftps.Fingerprint}");
        if (http is not null)
            Tell(screen, http.Url);

        // Whoever reads this through a pipe waits for the address.
        await screen.Out.FlushAsync(CancellationToken.None);
        var ended = new TaskCompletionSource();
        await using var stop = ct.Register(ended.SetResult);
        await ended.Task;
        return ExitCodes.Done;
    }

    private void Tell(Screen screen, Uri url, string more = "") => screen.Say($"Serving {Options.Folder} at {url} (Ctrl+C ends).{more}");

    private LoopbackFtpServer Start(string option, int port, FtpTlsMode tls)
    {
        try
        {
            return LoopbackFtpServer.Start(Options.Folder, new FtpServerOptions
            {
                Port = port,
                User = Options.User,
                Password = Options.Password,
                Address = Options.Address,
                ReadOnly = true,
                Tls = tls,
                RequireTls = tls != FtpTlsMode.None,
                Latency = Options.Latency,
                CutAfter = Options.CutAfter,
                Rate = Options.Rate,
            });
        }
        catch (SocketException taken)
        {
            throw CantListen(option, port, taken);
        }
    }

    private async Task<HttpFolderServer> StartHttpAsync(int port, CancellationToken ct)
    {
        try
        {
            return await HttpFolderServer.StartAsync(Options, ct);
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            throw CantListen("--http", port, taken);
        }
    }

    private InstallException CantListen(string option, int port, Exception reason) => new(
        $"Can't listen on {Options.Address}, port {port}: {reason.Message} Choose another with {option}, or 0 for any that is free.", reason);
}
