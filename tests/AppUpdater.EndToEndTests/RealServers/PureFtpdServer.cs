using System.Diagnostics;
using System.Globalization;

namespace AppUpdater.EndToEndTests.RealServers;

/// <summary>
/// Pure-FTPd over a folder for <see cref="ServerLogin"/>, on a free port of this machine. It starts as root only, keeps each client in the
/// folder (chroot), and acts there as <see cref="OwnerId"/>: it takes no user with root's rights. With an authority it refuses logins
/// without TLS.
/// </summary>
public sealed class PureFtpdServer : IAsyncDisposable
{
    /// <summary>User and group "nobody", who must be able to write in the folder.</summary>
    public const int OwnerId = 65534;

    private readonly ServerProcess _process;

    private PureFtpdServer(ServerProcess process) => _process = process;

    public int Port => _process.Port;

    /// <summary>The path of each file that was transferred, from the folder on, in the order in which that ended.</summary>
    public IReadOnlyList<string> ReadTransfers()
    {
        // 1795270000 4f2a.1 tester 127.0.0.1 D 1024 0 /srv/f.txt
        const int Fields = 8;
        return !File.Exists(Log(_process.Own)) ? [] : [.. File.ReadAllLines(Log(_process.Own)).Select(line => line.Split(' ', Fields)).Where(fields => fields.Length == Fields).Select(fields => fields[^1])];
    }

    /// <summary>Starts it and waits until it greets.</summary>
    public static async Task<PureFtpdServer> StartAsync(string folder, TestAuthority? authority, CancellationToken ct = default)
    {
        if (ServerPrograms.Problem(ServerPrograms.PureFtpd) is { } problem)
            throw new InvalidOperationException(problem);
        var process = await ServerProcess.StartAsync(
            (own, port) =>
            {
                var users = MakeUsers(own, folder);
                var tls = authority is null ? (string[])["--tls", "0"] : ["--tls", "2", "--certfile", authority.CertificateAndKeyFile];
                return new ProcessStartInfo(ServerPrograms.Find(ServerPrograms.PureFtpd, ServerPrograms.PureFtpd)!,
                [
                    "--bind", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1,{port}"), "--ipv4only", "--dontresolve",
                    "--noanonymous", "--login", $"puredb:{users}", "--chrooteveryone",
                    "--pidfile", Path.Join(own, "pid"), "--umask", "022:022", "--displaydotfiles", "--allowdotfiles",
                    "--altlog", $"stats:{Log(own)}", "--maxclientsnumber", "100", "--maxclientsperip", "100", .. tls,
                ]);
            },
            "220",
            ct).ConfigureAwait(false);
        return new PureFtpdServer(process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Log(string own) => Path.Join(own, "transfers");

    private static string MakeUsers(string own, string folder)
    {
        var (text, indexed) = (Path.Join(own, "users"), Path.Join(own, "users.pdb"));
        File.WriteAllText(
            text, string.Create(CultureInfo.InvariantCulture, $"{ServerLogin.User}:{ServerLogin.Crypted}:{OwnerId}:{OwnerId}::{folder}/./::::::::::::\n"));
        var indexer = ServerPrograms.Find("pure-pw", ServerPrograms.PureFtpd) ?? throw new InvalidOperationException("pure-pw is not installed");
        using var process = Process.Start(new ProcessStartInfo(indexer, ["mkdb", indexed, "-f", text]))!;
        process.WaitForExit();
        return process.ExitCode == 0 ? indexed : throw new InvalidOperationException($"pure-pw ended with {process.ExitCode}.");
    }
}
