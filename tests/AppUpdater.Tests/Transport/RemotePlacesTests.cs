using AppUpdater.Settings;
using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport;

/// <summary>What each server may be told.</summary>
public sealed class RemotePlacesTests
{
    private static readonly string Digits = new('a', 64);

    private static RemotePlace[] Places(string url, params string[] fallbacks) => [.. RemotePlaces.Of(TransportTestOptions.Create(server: new ServerSettings
    {
        Url = url, Fallbacks = [.. fallbacks], User = "ana", Password = new Secret("s3cret"), Fingerprint = Digits,
        Encoding = NameEncoding.Windows1252, TimeZone = TimeZoneInfo.Utc, Tls = TlsVersion.Tls13,
        Proxy = new ProxySettings(ProxyKind.Socks5, "p", 1080),
    }))];

    [Theory]
    [InlineData("ftps://other/p")]
    [InlineData("ftps://h:2121/p")]
    [InlineData("ftp://h/p")]
    [InlineData("ftps+implicit://h/p")]
    [InlineData("https://h/p")]
    [InlineData("ftps://h.other/p")]
    public void Another_server_gets_nothing_that_belongs_to_the_first(string fallback)
    {
        var server = Places("ftps://h/p", fallback)[1].Options.Server;
        Assert.Null(server.User);
        Assert.Null(server.Password);
        Assert.Null(server.Fingerprint);
        Assert.Null(server.CaFile);
        Assert.Equal((NameEncoding.Auto, null), (server.Encoding, server.TimeZone));

        // These are this machine's.
        Assert.Equal((TlsVersion.Tls13, ProxyKind.Socks5), (server.Tls, server.Proxy.Kind));
    }

    [Fact]
    public void The_same_server_keeps_what_belongs_to_it()
    {
        var place = Places("ftps://h/p", "ftps://H:21/q")[1];
        Assert.Equal(("ana", "s3cret", Digits), (place.Options.Server.User, place.Options.Server.Password!.Reveal(), place.Options.Server.Fingerprint));
        Assert.Equal("/q", place.Location.Path);
    }

    [Theory]
    [InlineData("ftps://other/p", null)]
    [InlineData("ftp://h/p", null)]
    [InlineData("ftps://h/q", "s3cret")]
    public void Where_releases_moved_to_gets_the_password_of_the_same_server_only(string moved, string? password)
    {
        var place = RemotePlaces.Moved(moved, Places("ftps://h/p")[0].Options)!;
        Assert.Equal(password, place.Options.Server.Password?.Reveal());
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("//host/share")]
    [InlineData("gopher://h/p")]
    [InlineData("")]
    public void Releases_can_not_move_from_a_server_to_a_folder_or_nowhere(string moved) =>
        Assert.Null(RemotePlaces.Moved(moved, Places("ftps://h/p")[0].Options));

    [Fact]
    public void A_login_in_a_URL_goes_along_to_the_same_server_only()
    {
        var places = RemotePlaces.Of(TransportTestOptions.Create(server: new ServerSettings
        {
            Url = "ftp://eva:pw@h/p", Fallbacks = ["ftp://h/q", "ftp://other/q"],
        }));
        Assert.Equal(("eva", "pw"), (places[1].Location.User, places[1].Location.Password!.Reveal()));
        Assert.Equal((null, null), (places[2].Location.User, places[2].Location.Password));
    }

    [Fact]
    public void A_fallback_with_a_login_of_its_own_is_not_given_the_other()
    {
        var place = Places("ftps://h/p", "ftps://bob:pw@h/p")[1];
        Assert.Equal(("bob", "pw", null, null), (place.Location.User, place.Location.Password!.Reveal(), place.Options.Server.User, place.Options.Server.Password));
        Assert.Equal(Digits, place.Options.Server.Fingerprint);
    }

    [Fact]
    public void Only_the_last_place_is_waited_for_in_full()
    {
        var alone = TransportTestOptions.Create().ConnectTimeout;
        Assert.Equal([alone], Places("ftp://a").Select(place => place.Options.ConnectTimeout));
        Assert.Equal([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), alone], Places("ftp://a", "ftp://b", "ftp://c").Select(place => place.Options.ConnectTimeout));
    }

    [Fact]
    public void A_wrong_fallback_is_told_by_its_own_key()
    {
        var failure = Assert.Throws<SettingsException>(() => Places("ftp://h", "gopher://h"));
        Assert.StartsWith("dato.ini: [server] fallbacks has the unknown scheme \"gopher\"", failure.Message, StringComparison.Ordinal);
    }
}
