using System.Globalization;
using System.Text.RegularExpressions;
using AppUpdater.EndToEndTests.RealServers;

namespace AppUpdater.EndToEndTests.Mirroring;

/// <summary>A real server over a folder that its user may write in, and what its own log says of transfers.</summary>
internal sealed partial class MirrorServer : IAsyncDisposable
{
    private readonly IAsyncDisposable _server;
    private readonly Func<IEnumerable<string>> _transfers;
    private readonly string _folder;

    private MirrorServer(IAsyncDisposable server, string folder, string url, Func<IEnumerable<string>> transfers) =>
        (_server, _folder, Url, _transfers) = (server, folder, url, transfers);

    internal string Url { get; }

    /// <summary>The user to log in as; null: anonymous.</summary>
    internal string? User { get; private init; }

    internal static async Task<MirrorServer> StartAsync(string program, string folder)
    {
        switch (program)
        {
            case ServerPrograms.Vsftpd:
                var vsftpd = await VsftpdServer.StartAsync(folder, new VsftpdOptions { Writable = true, Log = true });
                return new MirrorServer(vsftpd, folder, vsftpd.Url.ToString(), () => vsftpd.ReadCommands().Where(line => Transfer().IsMatch(line)).Select(line => line[5..]));
            case ServerPrograms.Proftpd:
                var proftpd = await ProftpdServer.StartAsync(folder, authority: null);
                return new MirrorServer(proftpd, folder, Of(proftpd.Port), proftpd.ReadTransfers) { User = ServerLogin.User };
            default:
                var pure = await PureFtpdServer.StartAsync(folder, authority: null);
                return new MirrorServer(pure, folder, Of(pure.Port), pure.ReadTransfers) { User = ServerLogin.User };
        }
    }

    /// <summary>
    /// The files that were sent or asked for, from the folder on, in the order of the server's log: each as often as that was done. An
    /// upload counts for the file that it is to become.
    /// </summary>
    internal IReadOnlyList<string> ReadTransfers() => [.. _transfers().Select(Below)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Below(string path)
    {
        var below = path.StartsWith(_folder + '/', StringComparison.Ordinal) ? path[(_folder.Length + 1)..] : path.TrimStart('/');
        return Uploading().Replace(below, "$1$2");
    }

    private static string Of(int port) => string.Create(CultureInfo.InvariantCulture, $"ftp://127.0.0.1:{port}/");

    [GeneratedRegex("^(RETR|STOR|APPE) ")]
    private static partial Regex Transfer();

    // folder/.name.1f0c9a77.uploading
    [GeneratedRegex(@"(^|/)\.([^/]+)\.[0-9a-f]{16}\.uploading$")]
    private static partial Regex Uploading();
}
