using System.Diagnostics;
using System.Text;
using AppUpdater.Testing;
using AppUpdater.Transport;
using AppUpdater.Transport.Ftp;

namespace AppUpdater.Tests.Transport.Ftp;

public sealed partial class HostileServerTests
{
    [Fact(Timeout = Limit)]
    public async Task A_421_that_nobody_asked_for_costs_only_the_connection()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
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
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(
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
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
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
                    await connection.SendDataAsync(new byte[] { 1, 2, 3 });
                    return "226 done";
                default:
                    return null;
            }
        }));
        await using var source = Open(server);
        Assert.Equal([1, 2, 3], await source.ReadAllAsync("file.bin"));
        Assert.Equal([1, 2, 3], await source.ReadAllAsync("file.bin"));
        Assert.Equal(1, server.Heard.Count(line => line == "EPSV"));
    }

    [Fact(Timeout = Limit)]
    public async Task EPSV_whose_port_does_not_open_gives_way_to_PASV_for_good()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
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
                    await connection.SendDataAsync(new byte[] { 7 });
                    return "250 done";
                default:
                    return null;
            }
        }));
        await using var source = Open(server);
        Assert.Equal([7], await source.ReadAllAsync("file.bin"));
        Assert.Equal([7], await source.ReadAllAsync("file.bin"));
        Assert.Equal(1, server.Heard.Count(line => line == "EPSV"));
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
        await using var server = ScriptedServer.Start(connection => connection.SleepAsync());
        await using var source = Open(server, patience: 1);
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => source.StatAsync(SomeFile, default));
        Assert.Contains("did not answer the greeting within 1 s", failure.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
    }

    [Fact(Timeout = Limit)]
    public async Task A_control_connection_that_ends_names_what_was_awaited()
    {
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(line => Task.FromResult<string?>(null)));
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
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
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
        await using (var server = ScriptedServer.Start(connection => connection.SleepAsync()))
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
        await using var server = ScriptedServer.Start(connection => connection.ServeFtpAsync(async line =>
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
}
