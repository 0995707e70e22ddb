using AppUpdater.Settings;

namespace AppUpdater.Transport.Network;

/// <summary>Picks how FTP connects, from <c>[server] proxy</c>.</summary>
internal static class Connectors
{
    /// <summary>The system's proxy is HTTP's: no system has one for FTP that could be trusted to do CONNECT to any port.</summary>
    /// <exception cref="SettingsException">The proxy can't be told the user or password.</exception>
    internal static IConnector For(ProxySettings proxy, TimeSpan timeout) => proxy.Kind switch
    {
        ProxyKind.HttpConnect => new HttpConnectConnector(proxy, timeout),
        ProxyKind.Socks5 => new Socks5Connector(proxy, timeout),
        _ => new DirectConnector(timeout),
    };
}
