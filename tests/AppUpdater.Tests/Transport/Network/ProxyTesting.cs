using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Transport.Network;

namespace AppUpdater.Tests.Transport.Network;

/// <summary>Connections through a proxy of this machine, and proxies that say what they are told to.</summary>
internal static class ProxyTesting
{
    internal const int Limit = 60_000;
    internal const string Password = "pr0xy-s3cret";

    internal static ProxySettings Through(ProxyKind kind, int port, bool withLogin = false) => new(kind, "127.0.0.1", port)
    {
        User = withLogin ? "ana" : null,
        Password = withLogin ? new Secret(Password) : null,
    };

    internal static IConnector Connector(ProxyKind kind, int port, bool withLogin = false, double seconds = 10) =>
        Connectors.For(Through(kind, port, withLogin), TimeSpan.FromSeconds(seconds));

    internal static async Task<UnreachableException> FailureAsync(IConnector connector, string host = "ftp.example.org", CancellationToken ct = default)
    {
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => connector.ConnectAsync(host, 21, ct));
        Assert.DoesNotContain(Password, failure.ToString(), StringComparison.Ordinal);
        return failure;
    }

    internal static ScriptedProxy Answering(string answer) => new(async (self, client) =>
    {
        if (answer.Length > 0)
            await client.WriteAsync(Encoding.ASCII.GetBytes(answer), self.Stop);
        client.Socket.Shutdown(SocketShutdown.Send);
        await Task.Delay(Timeout.InfiniteTimeSpan, self.Stop);
    });

    internal static ScriptedProxy Anywhere(Func<ScriptedProxy> make, int port)
    {
        var proxy = make();
        proxy.Resolve = (_, _) => (IPAddress.Loopback, port);
        return proxy;
    }
}
