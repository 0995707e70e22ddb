using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

/// <summary>What the tests of uploads send, and through what.</summary>
internal static class FtpUploadTesting
{
    internal const int Limit = 60_000;

    /// <summary>The name of "file" while it is sent with the key "k1".</summary>
    internal const string Temporary = ".file.k1.uploading";

    internal static FtpTarget Open(LoopbackFtpServer server, int retries = 0) =>
        new(RemoteLocation.Parse($"{server.Url}"), TransportTestOptions.Create(retries: retries));

    internal static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }
}
