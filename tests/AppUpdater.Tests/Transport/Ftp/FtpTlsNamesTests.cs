using System.Net;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpTlsNamesTests
{
    [Theory]
    [InlineData("ftp.example.org")]
    [InlineData("ftp.x")]
    [InlineData("1.2.3.4.x")]
    [InlineData("10.1.2.3")]
    [InlineData("fd00::1")]
    public void No_two_connections_get_the_same_and_none_an_address(string host)
    {
        var names = new FtpTlsNames();
        var rented = Enumerable.Range(0, 1000).Select(_ => names.Rent(host)).ToList();
        Assert.Equal(1000, rented.Distinct(StringComparer.Ordinal).Count());
        Assert.All(rented, name => Assert.Equal(UriHostNameType.Dns, Uri.CheckHostName(name)));
        Assert.DoesNotContain(rented, name => IPAddress.TryParse(name, out _));
    }

    [Fact]
    public void The_host_as_it_is_written_comes_first_and_then_its_spellings()
    {
        var names = new FtpTlsNames();
        var rented = Enumerable.Range(0, 500).Select(_ => names.Rent("Ftp.Example.org")).ToList();
        Assert.Equal("Ftp.Example.org", rented[0]);
        Assert.All(rented, name => Assert.Equal("ftp.example.org", name, ignoreCase: true));
        Assert.DoesNotContain(names.Rent("ftp.EXAMPLE.org"), rented);
    }

    [Fact]
    public void Two_addresses_share_no_name()
    {
        var names = new FtpTlsNames();
        Assert.NotEqual(names.Rent("10.0.0.1"), names.Rent("10.0.0.2"));
    }

    [Fact]
    public void A_name_given_back_serves_again_and_late_so_that_names_do_not_run_out()
    {
        var names = new FtpTlsNames();
        var used = new List<string>();
        for (var i = 0; i < 5000; i++)
        {
            var name = names.Rent("ftp.example.org");
            used.Add(name);
            names.Return(name);
        }

        Assert.InRange(used.Distinct(StringComparer.Ordinal).Count(), 100, 200);
        Assert.Equal(100, used.TakeLast(100).Distinct(StringComparer.Ordinal).Count());
    }
}
