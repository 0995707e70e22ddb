using System.Security.Cryptography.X509Certificates;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Tests.Transport.Network;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>A certificate for this machine, its authority, and a login over TLS that trusts it.</summary>
internal sealed class FtpsScene : IDisposable
{
    private readonly TempFolder _temp = new();

    internal FtpsScene()
    {
        _temp.Write("ca.pem", Authority.Pem);
        Certificate = Authority.Issue("127.0.0.1");
    }

    internal static RelativePath SomeFile { get; } = RelativePath.Parse("file.bin");

    internal TestAuthority Authority { get; } = new();

    internal X509Certificate2 Certificate { get; }

    internal CollectedLog Log { get; } = new();

    internal ServerSettings Settings => new() { Url = "ftps://h", User = "bob", Password = new Secret("s3cret"), CaFile = _temp["ca.pem"] };

    internal IRemoteSource Open(ScriptedServer server, ServerSettings? settings = null, string scheme = "ftps", int patience = 15, int retries = 0) =>
        RemoteSources.Open(
            RemoteLocation.Parse($"{scheme}://127.0.0.1:{server.Port}"),
            TransportTestOptions.Create(Log, server: settings ?? Settings, patience: patience, retries: retries));

    internal static Task<string?> LogIn(string line) => Task.FromResult<string?>(
        line.StartsWith("USER", StringComparison.Ordinal) ? "331 password"
        : line.StartsWith("PASS", StringComparison.Ordinal) ? "230 in"
        : line.StartsWith("SIZE", StringComparison.Ordinal) ? "213 3"
        : line.StartsWith("MDTM", StringComparison.Ordinal) ? "213 20260101000000" : null);

    public void Dispose()
    {
        Certificate.Dispose();
        _temp.Dispose();
        Authority.Dispose();
    }
}
