using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AppUpdater.Settings;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed class HostileServerTests
{
    private const int Limit = 60_000;

    private static readonly RelativePath SomeFile = RelativePath.Parse("file.bin");

    private static FtpSource Open(ScriptedFtpServer server, int retries = 0, CollectedLog? log = null, ServerSettings? settings = null, int patience = 15) =>
        new(RemoteLocation.Parse(server.Url), TransportTestOptions.Create(log, retries: retries, server: settings, patience: patience));

    [Fact(Timeout = Limit)]
    public async Task An_endless_line_is_cut_off()
    {
        await using var server = new ScriptedFtpServer(connection => connection.SayAsync("220 " + new string('x', 1_000_000)));
        await using var source = Open(server);
        await Assert.ThrowsAsync<UntrustedException>(() => source.StatAsync(SomeFile, default));
    }

    [Fact(Timeout = Limit)]
    public async Task An_endless_reply_is_cut_off()
    {
        await using var server = new ScriptedFtpServer(async connection =>
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
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
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
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(line => Task.FromResult<string?>(
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
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
        {
            if (line.StartsWith("USER", StringComparison.Ordinal))
                return "331 password";
            if (line.StartsWith("PASS", StringComparison.Ordinal))
                return "230 in";
            if (!line.StartsWith("LIST", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync([.. "-rw-r--r-- 1 u g 5 Jan 05  2024 a"u8, 0xF1, .. "\r\n"u8]);
            return "226 done";
        }));
        await using var source = Open(server, settings: new ServerSettings { Url = "ftp://h", User = "bob", Password = new Secret("contraseñá") });
        await source.ListAllAsync();

        // Ends the scripted connection, so that the next request logs in anew.
        await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));

        var passwords = server.Commands.Where(line => line.StartsWith("PASS ", StringComparison.Ordinal)).ToList();
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
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(line => Task.FromResult<string?>(
            line.StartsWith("USER", StringComparison.Ordinal) ? "331 password"
            : line.StartsWith("PASS", StringComparison.Ordinal) ? "530 PASS was wrong"
            : null)));
        var log = new CollectedLog();
        await using var source = Open(server, retries: 3, log, new ServerSettings { Url = "", User = "bob", Password = new Secret("s3cret") });
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("refused the login of user \"bob\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure + log.Text, StringComparison.Ordinal);
        Assert.Contains("PASS ***", log.Text, StringComparison.Ordinal);
        Assert.Equal(1, server.Commands.Count(line => line == "PASS s3cret"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_login_is_tried_once_however_many_ask()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(line => Task.FromResult<string?>(
            line.StartsWith("USER", StringComparison.Ordinal) ? "530 Login incorrect." : null)));
        await using var source = Open(server, retries: 3);
        var asking = Enumerable.Range(0, 6).Select(_ => Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default)));
        await Task.WhenAll(asking);
        Assert.Equal(1, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_421_that_nobody_asked_for_costs_only_the_connection()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
        {
            if (line.StartsWith("SIZE", StringComparison.Ordinal))
                return "213 5";
            if (!line.StartsWith("MDTM", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("213 20260101000000");
            return "421 Timeout.";
        }));
        var log = new CollectedLog();
        await using var source = Open(server, retries: 2, log);
        Assert.Equal(5, (await source.StatAsync(SomeFile, default))!.Size);
        Assert.Equal(5, (await source.StatAsync(SomeFile, default))!.Size);
        Assert.Equal(2, server.Connections);
    }

    [Fact(Timeout = Limit)]
    public async Task A_reply_that_nobody_asked_for_ends_the_connection()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(line => Task.FromResult<string?>(
            line.StartsWith("SIZE", StringComparison.Ordinal) ? "213 5\r\n213 20260101000000\r\n226 surplus"
            : line.StartsWith("MDTM", StringComparison.Ordinal) ? ""
            : null)));
        await using var source = Open(server);
        Assert.Equal(5, (await source.StatAsync(SomeFile, default))!.Size);
        await WaitForAsync(() => source.StatAsync(SomeFile, default), () => server.Connections == 2);
    }

    [Fact(Timeout = Limit)]
    public async Task PASV_that_points_elsewhere_is_followed_by_its_port_alone()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
        {
            switch (line)
            {
                case "EPSV":
                    return "502 what";
                case "PASV":
                    connection.OpenData();
                    return $"227 Entering Passive Mode (198,51,100,7,{connection.DataPort / 256},{connection.DataPort % 256}).";
                case "RETR /file.bin":
                    await connection.SayAsync("150 here");
                    await connection.SendDataAsync([1, 2, 3]);
                    return "226 done";
                default:
                    return null;
            }
        }));
        await using var source = Open(server);
        Assert.Equal([1, 2, 3], await source.ReadAllAsync("file.bin"));
        Assert.Equal([1, 2, 3], await source.ReadAllAsync("file.bin"));
        Assert.Equal(1, server.Commands.Count(line => line == "EPSV"));
    }

    [Fact(Timeout = Limit)]
    public async Task EPSV_whose_port_does_not_open_gives_way_to_PASV_for_good()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
        {
            switch (line)
            {
                case "EPSV":
                    return "229 Entering Extended Passive Mode (|||1|)";
                case "PASV":
                    connection.OpenData();
                    return $"227 =127,0,0,1,{connection.DataPort / 256},{connection.DataPort % 256}";
                case "RETR /file.bin":
                    await connection.SayAsync("150 here");
                    await connection.SendDataAsync([7]);
                    return "250 done";
                default:
                    return null;
            }
        }));
        await using var source = Open(server);
        Assert.Equal([7], await source.ReadAllAsync("file.bin"));
        Assert.Equal([7], await source.ReadAllAsync("file.bin"));
        Assert.Equal(1, server.Commands.Count(line => line == "EPSV"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("150 here", "426 broken", "did not confirm")]
    [InlineData("150 here", "451 disk", "did not confirm")]
    [InlineData("150 here", "", "did not answer")]
    [InlineData("150 Opening BINARY mode data connection for file.bin (4 bytes).", "226 done", "having announced 4 bytes")]
    [InlineData("150 Opening BINARY mode data connection for file.bin (2 bytes).", "226 done", "having announced 2 bytes")]
    public async Task Bytes_without_the_right_final_word_are_not_enough(string first, string last, string message)
    {
        await using var server = FileServer(first, last);
        await using var source = Open(server, patience: last.Length == 0 ? 1 : 15);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.ReadAllAsync("file.bin"));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains("RETR /file.bin", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{server.Port}", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Theory(Timeout = Limit)]
    [InlineData("550 no such file", typeof(MissingException))]
    [InlineData("425 no data connection", typeof(UnreachableException))]
    [InlineData("451 local error", typeof(UnreachableException))]
    public async Task What_RETR_is_refused_with_decides_the_exception(string reply, Type expected)
    {
        await using var server = FileServer(reply, "");
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync(expected, () => source.ReadAllAsync("file.bin"));
        Assert.Contains(reply[4..], failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_silent_server_is_left_after_its_time()
    {
        await using var server = new ScriptedFtpServer(connection => connection.SleepAsync());
        await using var source = Open(server, patience: 1);
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("did not answer the greeting within 1 s", failure.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
    }

    [Fact(Timeout = Limit)]
    public async Task A_control_connection_that_ends_names_what_was_awaited()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(line => Task.FromResult<string?>(null)));
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("SIZE /file.bin", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = Limit)]
    [InlineData("..", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("c:evil", false)]
    [InlineData("CON", false)]
    [InlineData("a\rb", false)]
    [InlineData("a\u0001b", false)]
    [InlineData(".appupdater", true)]
    public async Task A_hostile_name_is_refused_by_name_and_host(string name, bool folder)
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
        {
            if (!line.StartsWith("LIST", StringComparison.Ordinal))
                return null;
            await connection.SayAsync("150 here");
            var mode = folder ? "drwxr-xr-x" : "-rw-r--r--";
            await connection.SendDataAsync(Encoding.Latin1.GetBytes($"{mode} 1 0 0 1 Jan 05 2024 {name}\r\n"));
            return "226 done";
        }));
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync<UntrustedException>(() => source.ListAllAsync());
        Assert.Contains($"127.0.0.1:{server.Port} lists {PathRules.Show(name)} in /", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Fact(Timeout = Limit)]
    public async Task A_host_that_refuses_the_connection_is_named_and_tried_again()
    {
        int port;
        await using (var server = new ScriptedFtpServer(connection => connection.SleepAsync()))
            port = server.Port;
        var log = new CollectedLog();
        await using var source = new FtpSource(
            RemoteLocation.Parse($"ftp://127.0.0.1:{port}"), TransportTestOptions.Create(log, retries: 2));
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains($"127.0.0.1:{port} can't be reached", failure.Message, StringComparison.Ordinal);
        Assert.Contains("(1 of 2)", log.Text, StringComparison.Ordinal);
        Assert.Contains("(2 of 2)", log.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_large_version_ini_is_not_read_beyond_its_cap()
    {
        await using var server = new ScriptedFtpServer(connection => connection.ServeAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync("150 here");
            await connection.SendDataAsync(new byte[100 * 1024 * 1024]);
            return "226 done";
        }));
        await using var source = Open(server);
        var failure = await Assert.ThrowsAsync<SettingsException>(() => source.ReadSmallFileAsync(
            SomeFile, 65536, message => new SettingsException(message), default));
        Assert.Contains("more than 65,536 bytes", failure.Message, StringComparison.Ordinal);
    }

    private static ScriptedFtpServer FileServer(string first, string last) =>
        new(connection => connection.ServeAsync(async line =>
        {
            if (line != "RETR /file.bin")
                return null;
            await connection.SayAsync(first);
            if (!first.StartsWith("150", StringComparison.Ordinal))
                return "";
            await connection.SendDataAsync([1, 2, 3]);
            return last;
        }));

    private static async Task WaitForAsync(Func<Task> step, Func<bool> reached)
    {
        do
            await step();
        while (!reached());
    }
}
