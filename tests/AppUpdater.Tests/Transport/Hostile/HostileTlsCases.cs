using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;
using AppUpdater.Testing;
using static AppUpdater.Tests.Transport.Hostile.HostileScripts;

namespace AppUpdater.Tests.Transport.Hostile;

/// <summary>FTP servers whose encryption can't be trusted, or never comes about. Owns the certificates they show.</summary>
internal sealed class HostileTlsCases : IDisposable
{
    private static readonly Type Unreachable = typeof(UnreachableException);
    private static readonly Type Untrusted = typeof(UntrustedException);

    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _good = LoopbackCertificate.Create();
    private readonly X509Certificate2 _elsewhere = LoopbackCertificate.Create(["elsewhere.example"]);
    private readonly X509Certificate2 _expired = LoopbackCertificate.Create(
        ["localhost"], new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose()
    {
        _folder.Dispose();
        _good.Dispose();
        _elsewhere.Dispose();
        _expired.Dispose();
    }

    internal IEnumerable<HostileCase> All() =>
    [
        Explicit("refuses TLS after it offered it", Server("AUTH", "534 not today"), Unreachable, Untrusted),
        Explicit("does not know AUTH", Server("AUTH", "502 what"), Unreachable, Untrusted),
        Explicit("injects a reply before TLS", Secured("234 go\r\n230 you are in", _good, closes: true), Untrusted),
        Explicit("never answers the handshake", Server(async (connection, line) =>
        {
            if (!line.StartsWith("AUTH", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("234 go");
            await connection.SleepAsync();
            return "";
        }), Unreachable),
        Explicit("answers the handshake with text", Server("AUTH", "234 go\r\n"), Unreachable, Untrusted),
        Explicit("refuses PBSZ", Secured("234 go", _good, ("PBSZ", "503 no")), Unreachable, Untrusted) with { Settings = Pinned(_good) },
        Explicit("refuses PROT P", Secured("234 go", _good, ("PROT", "536 no")), Unreachable, Untrusted) with { Settings = Pinned(_good) },
        Explicit("shows another certificate than the pinned one", Secured("234 go", _good), Untrusted) with { Settings = Pinned(_elsewhere) },
        Explicit("shows a certificate that nobody vouches for", Secured("234 go", _good), Untrusted) with { Settings = settings => settings },
        Explicit("shows a certificate for another host", Secured("234 go", _elsewhere), Untrusted) with { Settings = VouchedFor(_elsewhere, "elsewhere.pem") },
        Explicit("shows an expired certificate", Secured("234 go", _expired), Untrusted) with { Settings = VouchedFor(_expired, "expired.pem") },
        Explicit("ends the data without a word", Secured("234 go", _good)) with { Settings = Pinned(_good) },
        Explicit("sends data in the clear", Secured("234 go", _good, plainData: true), Unreachable, Untrusted) with { Settings = Pinned(_good) },
    ];

    private HostileCase Explicit(string name, Func<ScriptedConnection, Task> script, params Type[] expected) =>
        new(name, script, Wish.Read, expected) { Scheme = "ftps", Host = "localhost", Settings = Pinned(_good) };

    private static Func<ServerSettings, ServerSettings> Pinned(X509Certificate2 certificate) =>
        settings => settings with { Fingerprint = LoopbackCertificate.Fingerprint(certificate) };

    private Func<ServerSettings, ServerSettings> VouchedFor(X509Certificate2 certificate, string file) =>
        settings => settings with { CaFile = _folder.Write(file, certificate.ExportCertificatePem()) };

    /// <summary>An FTPS server that lets the client in and sends the file, but for one answer. Its data ends without close_notify.</summary>
    private static Func<ScriptedConnection, Task> Secured(
        string proceed, X509Certificate2 certificate, (string Start, string Reply)? wrong = null, bool closes = false, bool plainData = false) =>
        Server(async (connection, line) =>
        {
            if (wrong is { } other && line.StartsWith(other.Start, StringComparison.Ordinal))
                return other.Reply;
            switch (line.Split(' ')[0])
            {
                case "AUTH":
                    await connection.SayAsync(proceed);
                    await connection.StartTlsAsync(certificate);
                    return closes ? null : "";
                case "PBSZ" or "PROT":
                    return "200 fine";
                case "RETR":
                    await connection.SayAsync("150 here (6 bytes)");
                    await using (var data = await connection.AcceptDataAsync(plainData ? null : certificate))
                        await data.WriteAsync(Content);
                    return "226 done";
                default:
                    return null;
            }
        });
}
