using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;

namespace AppUpdater.Transport.Network;

/// <summary>A SOCKS 5 proxy (RFC 1928), with user and password where dato.ini has some (RFC 1929). Names resolve at the proxy.</summary>
internal sealed class Socks5Connector : ProxyConnector
{
    private const byte Version = 5;
    private const byte NoLogin = 0;
    private const byte PasswordLogin = 2;
    private const byte NoMethod = 0xFF;
    private const byte Connect = 1;
    private const byte AddressV4 = 1;
    private const byte Name = 3;
    private const byte AddressV6 = 4;

    private readonly byte[]? _login;

    /// <exception cref="SettingsException">User or password is too long.</exception>
    internal Socks5Connector(ProxySettings proxy, TimeSpan timeout) : base(proxy, timeout)
    {
        if (proxy.User is null)
            return;
        var user = Encoding.UTF8.GetBytes(proxy.User);
        var password = Encoding.UTF8.GetBytes(proxy.Password?.Reveal() ?? "");
        if (user.Length > 255 || password.Length > 255)
            throw new SettingsException("dato.ini: [server] proxy: SOCKS takes at most 255 bytes of user and of password.");
        _login = [1, (byte)user.Length, .. user, (byte)password.Length, .. password];
    }

    protected override async Task OpenAsync(NetworkStream stream, string host, int port, string shown, CancellationToken ct)
    {
        await LogInAsync(stream, shown, ct).ConfigureAwait(false);
        var target = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)port);
        byte[] request = [Version, Connect, 0, .. Address(host), .. target];
        await stream.WriteAsync(request, ct).ConfigureAwait(false);

        var reply = await ReadAsync(stream, 4, ct).ConfigureAwait(false);
        RequireVersion(reply[0], shown);
        if (reply[1] != 0)
            throw Refusal(shown, reply[1]);

        // The address from which the proxy connects is of no use to anybody, but stands before the server's first byte.
        var length = reply[3] switch
        {
            AddressV4 => 4,
            AddressV6 => 16,
            Name => (await ReadAsync(stream, 1, ct).ConfigureAwait(false))[0],
            _ => throw Refused(shown, "its answer is not SOCKS 5."),
        };
        await ReadAsync(stream, length + 2, ct).ConfigureAwait(false);
    }

    private async Task LogInAsync(NetworkStream stream, string shown, CancellationToken ct)
    {
        await stream.WriteAsync(_login is null ? new byte[] { Version, 1, NoLogin } : [Version, 2, NoLogin, PasswordLogin], ct).ConfigureAwait(false);
        var choice = await ReadAsync(stream, 2, ct).ConfigureAwait(false);
        RequireVersion(choice[0], shown);
        switch (choice[1])
        {
            case NoLogin:
                return;
            case NoMethod when _login is null:
                throw Refused(shown, "it wants a user and a password. Write [server] proxy = socks5://user:password@host:port in dato.ini.");
            case PasswordLogin when _login is not null:
                break;
            default:
                throw Refused(shown, "it wants another kind of login than user and password.");
        }

        await stream.WriteAsync(_login, ct).ConfigureAwait(false);

        // The first byte is the version, 1; curl does not look at it either, since some proxies send 5.
        if ((await ReadAsync(stream, 2, ct).ConfigureAwait(false))[1] != 0)
            throw Refused(shown, "it does not accept user and password of [server] proxy.");
    }

    private void RequireVersion(byte version, string shown)
    {
        if (version != Version)
            throw Refused(shown, "it does not speak SOCKS 5. Check its port, and whether it is an http:// one.");
    }

    // RFC 1928 6.
    private UnreachableException Refusal(string shown, byte code) => code switch
    {
        1 => Refused(shown, "it reports a failure and no reason (1).", isTransient: true),
        2 => Refused(
            shown, "its rules do not allow it (2). Have whoever runs the proxy allow this host and port, or name another proxy."),
        3 => Failed(shown, "network unreachable (3)"),
        4 => Failed(shown, "host unreachable, or its name is not known there (4)"),
        5 => Failed(shown, "connection refused (5)"),
        6 => Failed(shown, "time to live expired (6)"),
        7 => Refused(shown, "it does not know the command CONNECT (7)."),
        8 => Refused(shown, "it does not take this kind of address (8)."),
        _ => Refused(shown, $"it answered {code}."),
    };

    private static byte[] Address(string host)
    {
        if (!IPAddress.TryParse(host, out var address))
            return [Name, (byte)host.Length, .. Encoding.ASCII.GetBytes(host)];
        return [address.AddressFamily == AddressFamily.InterNetworkV6 ? AddressV6 : AddressV4, .. address.GetAddressBytes()];
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count, CancellationToken ct)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
        return bytes;
    }
}
