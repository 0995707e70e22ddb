using System.Net;
using System.Net.Sockets;
using AppUpdater.Settings;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed partial class HostileServerTests
{
    private const int Limit = 60_000;

    private static readonly RelativePath SomeFile = RelativePath.Parse("file.bin");

    private static FtpSource Open(ScriptedServer server, int retries = 0, CollectedLog? log = null, ServerSettings? settings = null, int patience = 15) =>
        new(RemoteLocation.Parse($"ftp://127.0.0.1:{server.Port}"), TransportTestOptions.Create(log, retries: retries, server: settings, patience: patience));

    [Fact(Timeout = Limit)]
    public async Task An_endless_line_is_cut_off()
    {
        await using var server = ScriptedServer.Start(connection => connection.SayAsync("220 " + new string('x', 1_000_000)));
        await using var source = Open(server);
        await Assert.ThrowsAsync<UntrustedException>(() => source.StatAsync(SomeFile, default));
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_reply_is_cut_off()
    {
        await using var server = ScriptedServer.Start(async connection =>
        {
            while (true)
                await connection.SayAsync("220-and more");
        });
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains($"127.0.0.1:{server.Port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("does not end", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_listing_is_cut_off()
    {
        var megabytes = new byte[65 * 1024 * 1024];
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (!line.StartsWith("LIST", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync(megabytes);
            return "226 done";
        }));
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
        Assert.Contains("64 MiB", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RETR", "a\r\nDELE b")]
    [InlineData("USER", "bob\n")]
    [InlineData("PASS", "s3cret\0")]
    [InlineData("RETR", "a\u0085b")]
    public void An_argument_with_a_control_character_never_becomes_a_command(string verb, string argument)
    {
        var failure = Assert.Throws<UntrustedException>(() => new FtpCommand(verb, argument));
        Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_with_a_line_break_is_refused_before_anything_is_sent()
    {
        var settings = new ServerSettings { Url = "ftp://h", User = "bob\r\nDELE x" };
        Assert.Throws<SettingsException>(() => new FtpSource(RemoteLocation.Parse("ftp://h"), TransportTestOptions.Create(server: settings)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_password_that_the_encoding_lacks_is_named_and_not_shown()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
            line.StartsWith("USER", StringComparison.Ordinal) ? "331 password" : null)));
        var settings = new ServerSettings { Url = "ftp://h", User = "bob", Password = new Secret("пароль"), Encoding = NameEncoding.Windows1252 };
        await using var source = Open(server, settings: settings);
        var failure = await Assert.ThrowsAsync<SettingsException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("PASS ***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("пароль", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_password_is_the_same_bytes_before_and_after_the_names_turned_out_to_be_in_Windows_1252()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line.StartsWith("USER", StringComparison.Ordinal))
                return "331 password";
            if (line.StartsWith("PASS", StringComparison.Ordinal))
                return "230 in";
            if (!line.StartsWith("LIST", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync((byte[])[.. "-rw-r--r-- 1 u g 5 Jan 05  2024 a"u8, 0xF1, .. "\r\n"u8]);
            return "226 done";
        }));
        await using var source = Open(server, settings: new ServerSettings { Url = "ftp://h", User = "bob", Password = new Secret("contraseñá") });
        await source.ListAllAsync();

        // Ends the scripted connection, so that the next request logs in anew.
        await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));

        var passwords = server.Heard.Where(line => line.StartsWith("PASS ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, passwords.Count);
        Assert.Single(passwords.Distinct());
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_reset_at_once_is_an_unreachable_server()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var accepting = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(stop.Token);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        });
        for (var i = 0; i < 300; i++)
        {
            await using var source = new FtpSource(
                RemoteLocation.Parse($"ftp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), TransportTestOptions.Create());
            await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    [Fact(Timeout = Limit)]
    public async Task A_password_is_sent_and_shows_in_no_log()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
            line.StartsWith("USER", StringComparison.Ordinal) ? "331 password"
            : line.StartsWith("PASS", StringComparison.Ordinal) ? "530 PASS was wrong"
            : null)));
        var log = new CollectedLog();
        await using var source = Open(server, retries: 3, log, new ServerSettings { Url = "", User = "bob", Password = new Secret("s3cret") });
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("refused the login of user \"bob\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure + log.Text, StringComparison.Ordinal);
        Assert.Contains("PASS ***", log.Text, StringComparison.Ordinal);
        Assert.Equal(1, server.Heard.Count(line => line == "PASS s3cret"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_login_is_tried_once_however_many_ask()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
            line.StartsWith("USER", StringComparison.Ordinal) ? "530 Login incorrect." : null)));
        await using var source = Open(server, retries: 3);
        var asking = Enumerable.Range(0, 6).Select(_ => Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default)));
        await Task.WhenAll(asking);
        Assert.Equal(1, server.Connections);
    }

    private static ScriptedServer FileServer(string first, string last) =>
        ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync(first);
            if (!first.StartsWith("150", StringComparison.Ordinal))
                return "";
            await connection.SendDataAsync(new byte[] { 1, 2, 3 });
            return last;
        }));

    private static async Task WaitForAsync(Func<Task> step, Func<bool> reached)
    {
        do
            await step();
        while (!reached());
    }
}
