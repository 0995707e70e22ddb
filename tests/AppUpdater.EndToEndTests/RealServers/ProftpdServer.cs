using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// ProFTPD over a folder for <see cref="ServerLogin"/>, who may read and write, on a free port of this machine. It runs as whoever runs the
/// test, and so without chroot: the server's paths are this machine's. With an authority it demands TLS on both connections, and of data
/// connections that they resume the control connection's session (its default; NoSessionReuseRequired is not set).
/// </summary>
public sealed class ProftpdServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private ProftpdServer(ServerProcess process) => _process = process;

    public int Port => _process.Port;

    /// <summary>The path of each file that a client asked for or sent, in the order in which that ended, whole or not.</summary>
    public IReadOnlyList<string> ReadTransfers() =>
        File.Exists(Log(_process.Own)) ? [.. File.ReadAllLines(Log(_process.Own)).Where(line => line.Length > 5 && line[..5] is "RETR " or "STOR " or "APPE ").Select(line => line[5..])] : [];

    /// <summary>Starts it and waits until it greets.</summary>
    public static async Task<ProftpdServer> StartAsync(string folder, TestAuthority? authority, CancellationToken ct = default)
    {
        var root = ServerPrograms.RootOf(ServerPrograms.Proftpd) ?? throw new InvalidOperationException(ServerPrograms.Problem(ServerPrograms.Proftpd));
        var process = await ServerProcess.StartAsync(
            (own, port) =>
            {
                var config = Path.Join(own, "proftpd.conf");
                File.WriteAllText(config, Configure(own, folder, port, root) + Tls(authority));
                var start = new ProcessStartInfo(
                    ServerPrograms.Find(ServerPrograms.Proftpd, ServerPrograms.Proftpd)!, ["--nodaemon", "--config", config]);

                // Unpacked, it finds neither its libraries nor its modules by itself.
                if (root.Length > 0)
                    start.Environment["LD_LIBRARY_PATH"] = Path.Join(root, "usr/lib/x86_64-linux-gnu");
                return start;
            },
            "220",
            ct).ConfigureAwait(false);
        return new ProftpdServer(process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configure(string own, string folder, int port, string root)
    {
        var (user, group) = (RunningUser.Of("-u"), RunningUser.Of("-g"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            ServerName test
            ServerType standalone
            Port {port}
            DefaultAddress 127.0.0.1
            SocketBindTight on
            UseIPv6 off
            User {RunningUser.Of("-un")}
            Group {RunningUser.Of("-gn")}
            ModulePath {root}/usr/lib/proftpd
            LoadModule mod_tls.c
            AuthOrder mod_auth_file.c
            AuthUserFile {Secret(own, "passwd", $"{ServerLogin.User}:{ServerLogin.Crypted}:{user}:{group}::{folder}:/bin/sh\n")}
            AuthGroupFile {Secret(own, "group", "")}
            RequireValidShell off
            RootLogin on
            UseFtpUsers off
            UseReverseDNS off
            WtmpLog off
            TransferLog none
            LogFormat transfers "%m %f"
            ExtendedLog {Log(own)} READ,WRITE transfers
            SystemLog none
            ScoreboardFile none
            PidFile {Path.Join(own, "pid")}
            DelayEngine off
            Umask 022
            AllowOverwrite on
            AllowStoreRestart on
            AllowRetrieveRestart on

            """);
    }

    private static string Log(string own) => Path.Join(own, "transfers");

    private static string Tls(TestAuthority? authority) => authority is null
        ? ""
        : $"""
          TLSEngine on
          TLSRequired on
          TLSProtocol TLSv1.2 TLSv1.3
          TLSECCertificateFile {authority.CertificateFile}
          TLSECCertificateKeyFile {authority.KeyFile}
          TLSLog none

          """;

    // ProFTPD refuses users' files that others may read.
    private static string Secret(string own, string name, string text)
    {
        var path = Path.Join(own, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
