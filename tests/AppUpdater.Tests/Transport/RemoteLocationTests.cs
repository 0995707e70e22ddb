using AppUpdater.Transport;

namespace AppUpdater.Tests.Transport;

public sealed class RemoteLocationTests
{
    [Theory]
    [InlineData("ftp://ftp.example.org", RemoteScheme.Ftp, "ftp.example.org", 21, "")]
    [InlineData("FTP://ftp.example.org/", RemoteScheme.Ftp, "ftp.example.org", 21, "")]
    [InlineData("ftp://ftp.example.org:2121/my/app/", RemoteScheme.Ftp, "ftp.example.org", 2121, "/my/app")]
    [InlineData("ftps://ftp.example.org/app", RemoteScheme.Ftps, "ftp.example.org", 21, "/app")]
    [InlineData("ftps+implicit://ftp.example.org/app", RemoteScheme.FtpsImplicit, "ftp.example.org", 990, "/app")]
    [InlineData("http://example.org/app", RemoteScheme.Http, "example.org", 80, "/app")]
    [InlineData("https://example.org:65535/app", RemoteScheme.Https, "example.org", 65535, "/app")]
    [InlineData("ftp://[::1]:2121/app", RemoteScheme.Ftp, "::1", 2121, "/app")]
    [InlineData("ftp://[::1]/app", RemoteScheme.Ftp, "::1", 21, "/app")]
    [InlineData("ftp://h/%C3%B1and%C3%BA%20x/100%25", RemoteScheme.Ftp, "h", 21, "/ñandú x/100%")]
    [InlineData("ftp://h/%2Fsrv//app", RemoteScheme.Ftp, "h", 21, "/srv/app")]
    [InlineData("ftp://h/C#/what?", RemoteScheme.Ftp, "h", 21, "/C#/what?")]
    [InlineData("ftp://h/ñandú 😀", RemoteScheme.Ftp, "h", 21, "/ñandú 😀")]
    public void A_url_is_taken_apart(string url, object scheme, string host, int port, string path)
    {
        var location = RemoteLocation.Parse(url);
        Assert.Equal(((RemoteScheme)scheme, host, port, path), (location.Scheme, location.Host, location.Port, location.Path));
        Assert.Null(location.User);
        Assert.Null(location.Password);
    }

    [Theory]
    [InlineData("ftp://bob:s3cret@h/app", "bob", "s3cret")]
    [InlineData("ftp://bob%40corp:p%3A%2F%40ss@h/app", "bob@corp", "p:/@ss")]
    [InlineData("ftp://bob:s3@cret@h:21/app", "bob", "s3@cret")]
    [InlineData("ftp://bob:s3:cret@h/app", "bob", "s3:cret")]
    public void User_and_password_are_kept_and_never_shown(string url, string user, string password)
    {
        var location = RemoteLocation.Parse(url);
        Assert.Equal((user, password), (location.User, location.Password?.Reveal()));
        Assert.Equal("ftp://h/app", location.ToString());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("gopher://h/", "unknown scheme \"gopher\"")]
    [InlineData("sftp://h/", "unknown scheme \"sftp\"")]
    [InlineData("ftp:/h/app", "no //")]
    [InlineData("ftp://", "names no host")]
    [InlineData("ftp:///app", "names no host")]
    [InlineData("ftp://:21/app", "names no host")]
    [InlineData("ftp://bob:pw@/app", "names no host")]
    [InlineData("ftp://h:0/", "a number from 1 to 65535")]
    [InlineData("ftp://h:65536/", "a number from 1 to 65535")]
    [InlineData("ftp://h:/", "a number from 1 to 65535")]
    [InlineData("ftp://h:21x/", "a number from 1 to 65535")]
    [InlineData("ftp://h:-1/", "a number from 1 to 65535")]
    [InlineData("ftp://[::1/", "a [ without ]")]
    [InlineData("ftp://a b/", "no host name")]
    [InlineData("ftp://h/a\r\nDELE x", "control character")]
    [InlineData("ftp://h/a%0d%0aDELE%20x", "control character")]
    [InlineData("ftp://bob:a%0A@h/", "control character")]
    [InlineData("ftp://h/a%zz", "percent sign")]
    [InlineData("ftp://h/a%F1", "not UTF-8")]
    [InlineData("ftp://h/a/../b", "\"..\"")]
    [InlineData("some/folder", "neither a URL nor a full path")]
    public void What_is_wrong_names_the_key_and_the_fault(string url, string fault)
    {
        var failure = Assert.Throws<SettingsException>(() => RemoteLocation.Parse(url));
        Assert.StartsWith("dato.ini: [server] url ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(fault, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_faulty_url_does_not_spill_its_password()
    {
        var failure = Assert.Throws<SettingsException>(() => RemoteLocation.Parse("ftp://bob:s3cret@h:99999/"));
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_path_and_a_file_url_are_the_same_folder()
    {
        using var temp = new TempFolder();
        var folder = Directory.CreateDirectory(temp["a b"]).FullName;
        var byPath = RemoteLocation.Parse(folder + Path.DirectorySeparatorChar);
        var url = "file://" + (OperatingSystem.IsWindows() ? "/" : "") + folder.Replace('\\', '/').Replace(" ", "%20", StringComparison.Ordinal);
        Assert.Equal(byPath, RemoteLocation.Parse(url));
        Assert.Equal((RemoteScheme.Folder, folder, folder), (byPath.Scheme, byPath.Path, byPath.ToString()));
    }
}
