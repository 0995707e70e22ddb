using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class FtpHomeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    // Folders of accounts as servers tell them.
    [Theory]
    [InlineData("257 \"/\" is the current directory", "")] // vsftpd
    [InlineData("257 \"/home/me\"", "/home/me")]
    [InlineData("257 \"/home/me/\" is your current location", "/home/me")] // Pure-FTPd
    [InlineData("257 \"/a \"\"b\"\" c\" is cwd", "/a \"b\" c")]
    [InlineData("257 \"DISK:[ME]\"", "")] // VMS: no path of ours
    [InlineData("257 /home/me", "")]
    [InlineData("257 \"/home", "")]
    [InlineData("550 no", "")]
    public void The_folder_is_what_stands_between_the_marks(string line, string expected) =>
        Assert.Equal(expected, FtpHome.Of(new FtpReply(int.Parse(line[..3], null), [line])));

    [Theory(Timeout = 30_000)]
    [InlineData("/app", "url")]
    [InlineData("//home/me/app", "url")]
    [InlineData("/%2Fhome/me/app", "url")]
    [InlineData("", "home")]
    public async Task A_path_counts_from_the_accounts_own_folder_unless_it_says_otherwise(string path, string expected)
    {
        _temp.Write("home/me/app/file", "url");
        _temp.Write("home/me/file", "home");
        await using var server = LoopbackFtpServer.Start(_temp.Root);
        server.Faults.OnCommand = line => line == "PWD" ? FaultAction.Answer("257 \"/home/me\" is the current directory") : null;
        await using var source = new FtpSource(
            RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}{path}"), TransportTestOptions.Create(connections: 2, retries: 0));

        var names = new List<string>();
        await foreach (var entry in source.ListAsync(null, _ => false, default))
            names.Add(entry.Path.Value);

        Assert.Contains("file", names);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(await source.ReadSmallFileAsync(RelativePath.Parse("file"), 100, said => new SettingsException(said), default)));
    }
}
