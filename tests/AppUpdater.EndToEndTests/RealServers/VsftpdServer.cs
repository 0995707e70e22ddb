using System.Globalization;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// vsftpd over a folder for anonymous, on a free port of this machine, with a configuration of its own in a temporary folder.
/// It has no MLSD, shows LIST in UTC, and names that begin with a dot too (force_dot_files, which is off by default). Needs no rights:
/// it runs as whoever runs the test, and so without chroot: the server's paths are this machine's, and a client starts in the folder
/// (vsftpd.conf, run_as_launching_user).
/// </summary>
public sealed class VsftpdServer : IAsyncDisposable
{
    public const string Absent = "vsftpd is not installed (apt-get install vsftpd)";

    private readonly ServerProcess _process;

    private VsftpdServer(ServerProcess process, string folder, ServerPlace place)
    {
        _process = process;
        Url = new UriBuilder("ftp", place.Address, Port, "/" + Path.TrimEndingDirectorySeparator(folder) + "/").Uri;
    }

    public int Port => _process.Port;

    /// <summary>The folder, from the server's root (RFC 1738 3.2.2) and ending with a slash.</summary>
    public Uri Url { get; }

    /// <summary>Where vsftpd is; null where it is not installed.</summary>
    public static string? Find() => ServerPrograms.Find(ServerPrograms.Vsftpd, ServerPrograms.Vsftpd);

    /// <summary>
    /// Starts it for readers and waits until it greets. With <paramref name="log"/>, <see cref="ReadCommands"/> tells what clients said; with
    /// <paramref name="password"/>, that is the only one that the user anonymous gets in with.
    /// </summary>
    public static Task<VsftpdServer> StartAsync(string folder, bool log = false, string? password = null, CancellationToken ct = default) =>
        StartAsync(folder, new VsftpdOptions { Log = log, Password = password }, ct);

    /// <summary>Starts it and waits until it greets.</summary>
    public static async Task<VsftpdServer> StartAsync(string folder, VsftpdOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var program = Find() ?? throw new InvalidOperationException(Absent);
        var process = await ServerProcess.StartAsync(
            (own, port) =>
            {
                var config = Path.Join(own, "vsftpd.conf");
                File.WriteAllText(config, Configure(own, folder, port, options) + Writing(options) + Tls(options) + Restrict(own, options));
                return options.Place.Start(program, config);
            },
            options.Tls == VsftpdTls.Implicit ? "" : "220",
            options.Place,
            ct).ConfigureAwait(false);
        return new VsftpdServer(process, folder, options.Place);
    }

    /// <summary>Every command that any client sent, as <c>RETR app.dll</c>.</summary>
    public IReadOnlyList<string> ReadCommands()
    {
        // Sat Nov 21 03:51:08 2026 [pid 2] [ftp] FTP command: Client "127.0.0.1", "RETR /srv/f.txt"
        const string Mark = "FTP command: Client \"127.0.0.1\", \"";
        using var file = new FileStream(LogFile(_process.Own), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Contains(Mark, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].TrimEnd('"'))];
    }

    /// <inheritdoc cref="ServerProcess.RestartAsync"/>
    public Task RestartAsync(TimeSpan away, CancellationToken ct = default) => _process.RestartAsync(away, ct);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string LogFile(string own) => Path.Join(own, "log");

    private static string Configure(string own, string folder, int port, VsftpdOptions options) => string.Create(CultureInfo.InvariantCulture, $"""
        listen=YES
        listen_address={options.Place.Address}
        listen_port={port}
        background=NO
        run_as_launching_user=YES
        seccomp_sandbox=NO
        secure_chroot_dir={Directory.CreateDirectory(Path.Join(own, "empty")).FullName}
        anonymous_enable=YES
        anon_root={folder}
        anon_world_readable_only=NO
        local_enable=NO
        force_dot_files=YES
        userlist_enable=NO
        max_clients={options.MaxClients}
        max_per_ip={options.MaxPerAddress}
        xferlog_enable={YesNo(options.Log)}
        xferlog_std_format=NO
        log_ftp_protocol={YesNo(options.Log)}
        vsftpd_log_file={LogFile(own)}

        """);

    private static string Writing(VsftpdOptions options) => options.Writable
        ? """
          write_enable=YES
          anon_upload_enable=YES
          anon_mkdir_write_enable=YES
          anon_other_write_enable=YES
          anon_umask=022
          chown_uploads=NO
          mdtm_write=YES

          """
        : "write_enable=NO\n";

    private static string Tls(VsftpdOptions options)
    {
        if (options.Tls == VsftpdTls.None)
            return "";
        var authority = options.Authority ?? throw new ArgumentException("TLS needs an authority.", nameof(options));
        return $"""
            ssl_enable=YES
            implicit_ssl={YesNo(options.Tls == VsftpdTls.Implicit)}
            ssl_tlsv1=YES
            ssl_ciphers=HIGH
            allow_anon_ssl=YES
            force_anon_logins_ssl=YES
            force_anon_data_ssl=YES
            force_local_logins_ssl=YES
            force_local_data_ssl=YES
            require_ssl_reuse=YES
            strict_ssl_read_eof=YES
            rsa_cert_file={authority.CertificateFile}
            rsa_private_key_file={authority.KeyFile}

            """;
    }

    /// <summary>The users' file of a server that runs without rights, and so without PAM: the passwords that anonymous may give.</summary>
    private static string Restrict(string own, VsftpdOptions options)
    {
        if (options.Password is null)
            return "";
        var users = Path.Join(own, "passwords");
        File.WriteAllText(users, options.Password + "\n");
        return $"secure_email_list_enable=YES\nemail_password_file={users}\n";
    }

    private static string YesNo(bool value) => value ? "YES" : "NO";
}
