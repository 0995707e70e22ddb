using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// vsftpd over a folder for anonymous readers, on a free port of this machine, with a configuration of its own in a temporary folder.
/// It has no MLSD, shows LIST in UTC, and names that begin with a dot too (force_dot_files, which is off by default). Needs no rights:
/// it runs as whoever runs the test, and so without chroot: the server's paths are this machine's, and a client starts in the folder
/// (vsftpd.conf, run_as_launching_user).
/// </summary>
public sealed class VsftpdServer : IAsyncDisposable
{
    public const string Absent = "vsftpd is not installed (apt-get install vsftpd)";

    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo _own = Directory.CreateTempSubdirectory("appupdater-vsftpd-");
    private readonly string _log;
    private readonly Process _process;

    private VsftpdServer(string program, string folder, int port, bool log, string? password)
    {
        Port = port;
        Url = new UriBuilder("ftp", "127.0.0.1", port, Path.TrimEndingDirectorySeparator(folder) + "/").Uri;
        _log = Path.Join(_own.FullName, "log");
        var config = Path.Join(_own.FullName, "vsftpd.conf");
        File.WriteAllText(config, Configure(folder, log) + Restrict(password));
        _process = Process.Start(new ProcessStartInfo(program, [config]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    public int Port { get; }

    /// <summary>The folder, ending with a slash.</summary>
    public Uri Url { get; }

    /// <summary>Where vsftpd is; null where it is not installed.</summary>
    public static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Append("/usr/sbin").Append("/usr/local/sbin").Select(folder => Path.Join(folder, "vsftpd")).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// Starts it and waits until it greets. With <paramref name="log"/>, <see cref="ReadCommands"/> tells what clients said; with
    /// <paramref name="password"/>, that is the only one that the user anonymous gets in with.
    /// </summary>
    public static async Task<VsftpdServer> StartAsync(string folder, bool log = false, string? password = null, CancellationToken ct = default)
    {
        var program = Find() ?? throw new InvalidOperationException(Absent);
        for (var attempt = 1; ; attempt++)
        {
            var server = new VsftpdServer(program, folder, FreePort(), log, password);
            if (await server.GreetsAsync(ct).ConfigureAwait(false))
                return server;
            var said = await server.EndAsync().ConfigureAwait(false);

            // Between the choice of the port and its use another program may have taken it.
            if (attempt == 3)
                throw new InvalidOperationException($"vsftpd did not greet on port {server.Port} within {GreetsWithin}. It said: {said}");
        }
    }

    /// <summary>Every command that any client sent, as <c>RETR app.dll</c>.</summary>
    public IReadOnlyList<string> ReadCommands()
    {
        // Sat Nov 21 03:51:08 2026 [pid 2] [ftp] FTP command: Client "127.0.0.1", "RETR /tmp/f.txt"
        const string Mark = "FTP command: Client \"127.0.0.1\", \"";
        using var file = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Contains(Mark, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].TrimEnd('"'))];
    }

    public async ValueTask DisposeAsync() => await EndAsync().ConfigureAwait(false);

    private async Task<string> EndAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var said = await _process.StandardOutput.ReadToEndAsync().ConfigureAwait(false)
            + await _process.StandardError.ReadToEndAsync().ConfigureAwait(false);
        _process.Dispose();
        _own.Delete(recursive: true);
        return said.Trim();
    }

    private string Configure(string folder, bool log)
    {
        var logged = log ? "YES" : "NO";
        return $"""
            listen=YES
            listen_address=127.0.0.1
            listen_port={Port.ToString(CultureInfo.InvariantCulture)}
            background=NO
            run_as_launching_user=YES
            seccomp_sandbox=NO
            secure_chroot_dir={_own.CreateSubdirectory("empty").FullName}
            anonymous_enable=YES
            anon_root={folder}
            anon_world_readable_only=NO
            local_enable=NO
            write_enable=NO
            force_dot_files=YES
            userlist_enable=NO
            max_per_ip=0
            xferlog_enable={logged}
            xferlog_std_format=NO
            log_ftp_protocol={logged}
            vsftpd_log_file={_log}

            """;
    }

    /// <summary>The users' file of a server that runs without rights, and so without PAM: the passwords that anonymous may give.</summary>
    private string Restrict(string? password)
    {
        if (password is null)
            return "";
        var users = Path.Join(_own.FullName, "passwords");
        File.WriteAllText(users, password + "\n");
        return $"secure_email_list_enable=YES\nemail_password_file={users}\n";
    }

    private async Task<bool> GreetsAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(GreetsWithin);
        var greeting = new byte[3];
        try
        {
            while (!_process.HasExited)
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, Port, patience.Token).ConfigureAwait(false);
                    await client.GetStream().ReadExactlyAsync(greeting, patience.Token).ConfigureAwait(false);
                    return greeting is [(byte)'2', (byte)'2', (byte)'0'];
                }
                catch (Exception early) when (early is SocketException or IOException)
                {
                    await Task.Delay(20, patience.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
